import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { maxAuthBytes, mustHaveAccounts, principalOf, privately } from "../../../../lib/http/auth_request.ts";
import {
  accountChangeSchema,
  accountSchema,
  authParamsSchema,
  definedOnly,
  doneSchema,
} from "../../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const change = createRoute({
  method: "put",
  path: "/api/auth/accounts/{id}",
  summary: "Changes an account: an owner all of it, others their own name, password and PIN",
  middleware: atMost(maxAuthBytes.account),
  request: {
    params: authParamsSchema,
    body: { required: true, content: { "application/json": { schema: accountChangeSchema } } },
  },
  responses: {
    200: jsonContent(accountSchema, "Changed"),
    ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
  },
});
const remove = createRoute({
  method: "delete",
  path: "/api/auth/accounts/{id}",
  summary: "Removes an account with its sessions and tokens",
  request: { params: authParamsSchema },
  responses: { 200: jsonContent(doneSchema, "Removed"), ...problems(403, 404, 409, 422, 503) },
});

export default ((api, { accounts }) => {
  api.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const wanted = definedOnly(c.req.valid("json"));
    return c.json(await mustHaveAccounts(accounts).changeAccount(id, wanted, principalOf(c)), 200, privately);
  });
  api.openapi(remove, async (c) => {
    await mustHaveAccounts(accounts).removeAccount(c.req.valid("param").id, principalOf(c));
    return c.json({ done: true } as const, 200, privately);
  });
}) satisfies ApiRoute;
