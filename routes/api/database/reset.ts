import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { atMost, databaseRequest, maxJsonBytes } from "../../../lib/http/database_request.ts";
import { jobIdAnswerSchema, resetRequestSchema } from "../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/database/reset",
  summary: "Forgets what the program was told",
  middleware: atMost(maxJsonBytes),
  request: { body: { required: true, content: { "application/json": { schema: resetRequestSchema } } } },
  responses: {
    202: jsonContent(jobIdAnswerSchema, "It has begun"),
    ...problems(400, 403, 409, 413, 415, 422, 503),
  },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    const { scope, ...said } = c.req.valid("json");
    const started = await database.reset(scope, databaseRequest(c, said));
    return c.json(started, 202, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
