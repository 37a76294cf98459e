import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { backupSchema, jobIdAnswerSchema } from "../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const list = createRoute({
  method: "get",
  path: "/api/database/backups",
  summary: "Every backup, newest first",
  responses: { 200: jsonContent(z.array(backupSchema).readonly(), "The backups"), ...problems(503) },
});

const make = createRoute({
  method: "post",
  path: "/api/database/backups",
  summary: "Makes a backup and proves that it can be restored",
  responses: { 202: jsonContent(jobIdAnswerSchema, "It has begun"), ...problems(403, 409, 415, 503) },
});

export default ((api, { database }) => {
  api.openapi(list, async (c) => c.json(await database.backups(), 200, { "cache-control": "no-store" }));
  api.openapi(make, async (c) => c.json(await database.backup(), 202, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
