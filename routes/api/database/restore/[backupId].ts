import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { atMost, databaseRequest, maxJsonBytes } from "../../../../lib/http/database_request.ts";
import { consentSchema, jobIdAnswerSchema, restoreParamsSchema } from "../../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/database/restore/{backupId}",
  summary: "Puts a backup in the place of the present, which is backed up first",
  middleware: atMost(maxJsonBytes),
  request: {
    params: restoreParamsSchema,
    body: { required: true, content: { "application/json": { schema: consentSchema } } },
  },
  responses: {
    202: jsonContent(jobIdAnswerSchema, "It has begun"),
    ...problems(400, 403, 404, 409, 413, 415, 422, 503),
  },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    const { backupId } = c.req.valid("param");
    const started = await database.restore(backupId, databaseRequest(c, c.req.valid("json")));
    return c.json(started, 202, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
