import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { mustHaveAccounts, principalOf, privately } from "../../../../lib/http/auth_request.ts";
import { authParamsSchema, doneSchema } from "../../../../lib/http/auth_schemas.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "delete",
  path: "/api/auth/tokens/{id}",
  summary: "Takes a token away",
  request: { params: authParamsSchema },
  responses: { 200: jsonContent(doneSchema, "Taken away"), ...problems(403, 404, 409, 422, 503) },
});

export default ((api, { accounts }) => {
  api.openapi(route, async (c) => {
    await mustHaveAccounts(accounts).revokeToken(c.req.valid("param").id, principalOf(c));
    return c.json({ done: true } as const, 200, privately);
  });
}) satisfies ApiRoute;
