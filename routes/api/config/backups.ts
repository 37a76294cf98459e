import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { configBackupRequestSchema, configBackupSchema } from "../../../lib/http/config_schemas.ts";
import { atMost, maxJsonBytes } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const list = createRoute({
  method: "get",
  path: "/api/config/backups",
  summary: "Backups of the files with overrides and profiles, newest first",
  responses: { 200: jsonContent(z.array(configBackupSchema).readonly(), "The backups"), ...problems(503) },
});

const make = createRoute({
  method: "post",
  path: "/api/config/backups",
  summary: "Keeps the overrides as they are under a name",
  middleware: atMost(maxJsonBytes),
  request: { body: { required: true, content: { "application/json": { schema: configBackupRequestSchema } } } },
  responses: {
    200: jsonContent(configBackupSchema, "The backup"),
    ...problems(400, 403, 409, 413, 415, 422, 503),
  },
});

export default ((api, { config }) => {
  api.openapi(list, async (c) => c.json(await config.backups(), 200, { "cache-control": "no-store" }));
  api.openapi(make, async (c) => {
    const backup = await config.backup(c.req.valid("json").name);
    return c.json(backup, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
