import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { answered, callerOf, mustHaveAccounts, principalOf, privately } from "../../../lib/http/auth_request.ts";
import { meSchema } from "../../../lib/http/auth_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/auth/sign-out",
  summary: "Ends the session of this browser",
  responses: { 200: jsonContent(meSchema, "Signed out"), ...problems(403, 409, 415, 503) },
});

export default ((api, { accounts }) => {
  api.openapi(route, async (c) => {
    const signedOut = await mustHaveAccounts(accounts).signOut(principalOf(c), callerOf(c));
    return c.json(answered(c, signedOut), 200, privately);
  });
}) satisfies ApiRoute;
