import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { atMost, databaseRequest, maxJsonBytes } from "../../../lib/http/database_request.ts";
import { consentSchema, jobIdAnswerSchema } from "../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/database/update",
  summary: "Updates the database to this program's version",
  description: "409 says in errors what is in the way; when another job is, jobId names it.",
  middleware: atMost(maxJsonBytes),
  request: { body: { required: true, content: { "application/json": { schema: consentSchema } } } },
  responses: {
    202: jsonContent(jobIdAnswerSchema, "It has begun"),
    ...problems(400, 403, 409, 413, 415, 422, 503),
  },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    const started = await database.update(databaseRequest(c, c.req.valid("json")));
    return c.json(started, 202, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
