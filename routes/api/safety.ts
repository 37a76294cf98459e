import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../lib/http/mod.ts";
import { jsonContent, problems } from "../../lib/http/schemas.ts";
import { systemOf } from "../../lib/http/system_request.ts";
import { safetySchema } from "../../lib/http/system_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/safety",
  summary: "Whether the coach is parked, by what evidence, and which rules follow",
  responses: { 200: jsonContent(safetySchema, "The state and the rules"), ...problems(503) },
});

export default ((api, { system }) => {
  api.openapi(route, (c) => c.json(systemOf(system).safety(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
