import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { nodeSchema } from "../../../lib/http/can_schemas.ts";
import { jsonContent } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/can/nodes",
  summary: "Nodes that claimed an address or were heard",
  responses: { 200: jsonContent(z.array(nodeSchema).readonly(), "Nodes that claimed an address or were heard") },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => c.json(services.nodes(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
