import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { mustHaveAccounts, principalOf, privately } from "../../../lib/http/auth_request.ts";
import { sessionSchema } from "../../../lib/http/auth_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/auth/sessions",
  summary: "Where one is signed in; for an owner where everybody is",
  responses: { 200: jsonContent(z.array(sessionSchema).readonly(), "Sessions"), ...problems(409, 503) },
});

export default ((api, { accounts }) => {
  api.openapi(route, (c) => c.json(mustHaveAccounts(accounts).sessions(principalOf(c)), 200, privately));
}) satisfies ApiRoute;
