import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { configBackupParamsSchema } from "../../../../lib/http/config_schemas.ts";
import { problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "delete",
  path: "/api/config/backups/{id}",
  summary: "Deletes a backup of a configuration file",
  request: { params: configBackupParamsSchema },
  responses: { 204: { description: "It is gone" }, ...problems(403, 404, 409, 422, 503) },
});

export default ((api, { config }) => {
  api.openapi(route, async (c) => {
    await config.deleteBackup(c.req.valid("param").id);
    return c.body(null, 204);
  });
}) satisfies ApiRoute;
