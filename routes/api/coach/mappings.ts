import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { mappingSchema } from "../../../lib/http/coach_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/coach/mappings",
  summary: "Every entity as it is valid now, with what the owner changed, and the form of each kind",
  responses: { 200: jsonContent(mappingSchema, "The mapping"), ...problems(503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => c.json(coach.mappings(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
