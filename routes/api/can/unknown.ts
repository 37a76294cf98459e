import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { unknownSchema } from "../../../lib/http/can_schemas.ts";
import { jsonContent } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/can/unknown",
  summary: "What nothing decodes or maps, and what is mapped and not heard",
  responses: { 200: jsonContent(unknownSchema, "DGNs without a table, instances without an entity, silent entities") },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => c.json(services.unknown(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
