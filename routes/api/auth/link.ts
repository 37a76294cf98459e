import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { callerOf, maxAuthBytes, mustHaveAccounts, privately } from "../../../lib/http/auth_request.ts";
import { doneSchema, linkRequestSchema } from "../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/auth/link",
  summary: "Mails a link to sign in with, if there is an account with this address",
  middleware: atMost(maxAuthBytes.proof),
  request: { body: { required: true, content: { "application/json": { schema: linkRequestSchema } } } },
  responses: { 202: jsonContent(doneSchema, "Taken"), ...problems(400, 403, 409, 413, 415, 422, 429, 503) },
});

export default ((api, { accounts }) => {
  api.openapi(route, async (c) => {
    await mustHaveAccounts(accounts).sendLink(c.req.valid("json").email, callerOf(c));
    return c.json({ done: true } as const, 202, privately);
  });
}) satisfies ApiRoute;
