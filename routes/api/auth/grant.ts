import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { callerOf, maxAuthBytes, mustHaveAccounts, privately } from "../../../lib/http/auth_request.ts";
import { grantRequestSchema, grantSchema } from "../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/auth/grant",
  summary: "A short access token for a program, and a token that renews it once",
  middleware: atMost(maxAuthBytes.proof),
  request: { body: { required: true, content: { "application/json": { schema: grantRequestSchema } } } },
  responses: {
    200: jsonContent(grantSchema, "Send the access token as Authorization: Bearer"),
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
});

export default ((api, { accounts }) => {
  api.openapi(route, async (c) => {
    const granted = await mustHaveAccounts(accounts).grant(c.req.valid("json"), callerOf(c));
    return c.json(granted, 200, privately);
  });
}) satisfies ApiRoute;
