import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { interfaceSchema } from "../../../lib/http/can_schemas.ts";
import { jsonContent } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/can/interfaces",
  summary: "Interfaces with link state, rates and errors",
  responses: { 200: jsonContent(z.array(interfaceSchema).readonly(), "Interfaces with link state, rates and errors") },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => c.json(services.interfaces(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
