import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { diagnosticSchema } from "../../../lib/http/can_schemas.ts";
import { jsonContent } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/can/diagnostics",
  summary: "Active and past faults",
  responses: { 200: jsonContent(z.array(diagnosticSchema).readonly(), "Active and past faults") },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => c.json(services.diagnostics(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
