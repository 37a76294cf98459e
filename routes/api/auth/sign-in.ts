import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { answered, callerOf, maxAuthBytes, mustHaveAccounts, privately } from "../../../lib/http/auth_request.ts";
import { meSchema, signInRequestSchema } from "../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/auth/sign-in",
  summary: "Signs in with a password, a PIN on a known device, or a link from a mail",
  middleware: atMost(maxAuthBytes.proof),
  request: { body: { required: true, content: { "application/json": { schema: signInRequestSchema } } } },
  responses: {
    200: jsonContent(meSchema, "Signed in"),
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
});

export default ((api, { accounts }) => {
  api.openapi(route, async (c) => {
    const signedIn = await mustHaveAccounts(accounts).signIn(c.req.valid("json"), callerOf(c));
    return c.json(answered(c, signedIn), 200, privately);
  });
}) satisfies ApiRoute;
