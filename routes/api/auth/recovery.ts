import { createRoute } from "@hono/zod-openapi";
import { type ApiRoute, HttpError } from "../../../lib/http/mod.ts";
import { callerOf, maxAuthBytes, privately } from "../../../lib/http/auth_request.ts";
import { doneSchema, recoveryRequestSchema } from "../../../lib/http/auth_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/auth/recovery",
  summary: "Lets this browser mend the database in recovery mode, with the code from the log",
  middleware: atMost(maxAuthBytes.proof),
  request: { body: { required: true, content: { "application/json": { schema: recoveryRequestSchema } } } },
  responses: {
    200: jsonContent(doneSchema, "It may"),
    ...problems(400, 401, 403, 409, 413, 415, 422, 429),
  },
});

export default ((api, { recovery }) => {
  api.openapi(route, (c) => {
    if (!recovery) throw new HttpError(409, { detail: "Cannot open recovery: CoachIQ is not in recovery mode." });
    c.header("set-cookie", recovery.open(c.req.valid("json").code, callerOf(c)), { append: true });
    return c.json({ done: true as const }, 200, privately);
  });
}) satisfies ApiRoute;
