import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { mappingStatusSchema } from "../../../lib/http/coach_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/coach/status",
  summary: "The model that the coach runs with, and what the owner made of it",
  responses: { 200: jsonContent(mappingStatusSchema, "The status"), ...problems(503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => c.json(coach.status(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
