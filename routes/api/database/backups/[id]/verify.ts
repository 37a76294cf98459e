import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../../lib/http/mod.ts";
import { backupParamsSchema, jobIdAnswerSchema } from "../../../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/database/backups/{id}/verify",
  summary: "Checks a backup and restores it on trial",
  request: { params: backupParamsSchema },
  responses: { 202: jsonContent(jobIdAnswerSchema, "It has begun"), ...problems(403, 404, 409, 415, 422, 503) },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    const started = await database.verify(c.req.valid("param").id);
    return c.json(started, 202, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
