import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { discoverySchema } from "../../../lib/http/coach_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/coach/discovery",
  summary: "What the bus says that nothing maps, and what is mapped and silent",
  responses: { 200: jsonContent(discoverySchema, "What was found"), ...problems(503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => c.json(coach.discovery(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
