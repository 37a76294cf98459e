import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { principalOf, privately } from "../../../lib/http/auth_request.ts";
import { meSchema } from "../../../lib/http/auth_schemas.ts";
import { jsonContent } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/auth/me",
  summary: "Who asks, and what the entrance offers on this device",
  responses: { 200: jsonContent(meSchema, "Who asks") },
});

export default ((api, { accounts }) => {
  api.openapi(route, (c) => {
    const me = accounts?.me(principalOf(c)) ?? { state: "off" as const, mail: false, pinNames: [] };
    return c.json(me, 200, privately);
  });
}) satisfies ApiRoute;
