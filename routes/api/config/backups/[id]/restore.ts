import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../../lib/http/mod.ts";
import { actorOf } from "../../../../../lib/http/actor.ts";
import { configBackupParamsSchema, configViewSchema } from "../../../../../lib/http/config_schemas.ts";
import { jsonContent, problems } from "../../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/config/backups/{id}/restore",
  summary: "Puts a backup in the place of its file; what was there is backed up first",
  request: { params: configBackupParamsSchema },
  responses: {
    200: jsonContent(configViewSchema, "The configuration as it is then"),
    ...problems(403, 404, 409, 415, 422, 503),
  },
});

export default ((api, { config }) => {
  api.openapi(route, async (c) => {
    const view = await config.restoreBackup(c.req.valid("param").id, actorOf(c));
    return c.json(view, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
