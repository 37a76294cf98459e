import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { maxAuthBytes, mustHaveAccounts, principalOf, privately } from "../../../lib/http/auth_request.ts";
import { definedOnly, newTokenSchema, tokenDraftSchema, tokenSchema } from "../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const list = createRoute({
  method: "get",
  path: "/api/auth/tokens",
  summary: "One's tokens for programs; for an owner everybody's",
  responses: { 200: jsonContent(z.array(tokenSchema).readonly(), "Tokens"), ...problems(409, 503) },
});
const create = createRoute({
  method: "post",
  path: "/api/auth/tokens",
  summary: "Makes a token for a program; its text is told this once",
  middleware: atMost(maxAuthBytes.proof),
  request: { body: { required: true, content: { "application/json": { schema: tokenDraftSchema } } } },
  responses: { 201: jsonContent(newTokenSchema, "Made"), ...problems(400, 403, 409, 413, 415, 422, 503) },
});

export default ((api, { accounts }) => {
  api.openapi(list, (c) => c.json(mustHaveAccounts(accounts).tokens(principalOf(c)), 200, privately));
  api.openapi(create, async (c) => {
    const draft = definedOnly(c.req.valid("json"));
    return c.json(await mustHaveAccounts(accounts).createToken(draft, principalOf(c)), 201, privately);
  });
}) satisfies ApiRoute;
