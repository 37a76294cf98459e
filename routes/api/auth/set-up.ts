import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { answered, callerOf, maxAuthBytes, mustHaveAccounts, privately } from "../../../lib/http/auth_request.ts";
import { definedOnly, meSchema, setUpRequestSchema } from "../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/auth/set-up",
  summary: "Makes the owner's account with the code from the log, and signs in",
  middleware: atMost(maxAuthBytes.proof),
  request: { body: { required: true, content: { "application/json": { schema: setUpRequestSchema } } } },
  responses: {
    200: jsonContent(meSchema, "Signed in"),
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
});

export default ((api, { accounts }) => {
  api.openapi(route, async (c) => {
    const { code, account } = c.req.valid("json");
    const request = { code, account: { ...definedOnly(account), role: "owner" as const } };
    const signedIn = await mustHaveAccounts(accounts).setUp(request, callerOf(c));
    return c.json(answered(c, signedIn), 200, privately);
  });
}) satisfies ApiRoute;
