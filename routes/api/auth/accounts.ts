import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { maxAuthBytes, mustHaveAccounts, principalOf, privately } from "../../../lib/http/auth_request.ts";
import { accountDraftSchema, accountSchema, definedOnly } from "../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const list = createRoute({
  method: "get",
  path: "/api/auth/accounts",
  summary: "All accounts for an owner; for others their own",
  responses: { 200: jsonContent(z.array(accountSchema).readonly(), "Accounts"), ...problems(409, 503) },
});
const create = createRoute({
  method: "post",
  path: "/api/auth/accounts",
  summary: "Makes an account",
  middleware: atMost(maxAuthBytes.account),
  request: { body: { required: true, content: { "application/json": { schema: accountDraftSchema } } } },
  responses: { 201: jsonContent(accountSchema, "Made"), ...problems(400, 403, 409, 413, 415, 422, 429, 503) },
});

export default ((api, { accounts }) => {
  api.openapi(list, (c) => c.json(mustHaveAccounts(accounts).accounts(principalOf(c)), 200, privately));
  api.openapi(create, async (c) => {
    const draft = definedOnly(c.req.valid("json"));
    return c.json(await mustHaveAccounts(accounts).createAccount(draft, principalOf(c)), 201, privately);
  });
}) satisfies ApiRoute;
