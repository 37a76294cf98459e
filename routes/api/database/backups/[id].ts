import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { backupParamsSchema } from "../../../../lib/http/database_schemas.ts";
import { problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "delete",
  path: "/api/database/backups/{id}",
  summary: "Deletes a backup; the newest good one stays",
  request: { params: backupParamsSchema },
  responses: { 204: { description: "It is gone" }, ...problems(403, 404, 409, 422, 503) },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    await database.removeBackup(c.req.valid("param").id);
    return c.body(null, 204);
  });
}) satisfies ApiRoute;
