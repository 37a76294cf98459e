import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../../lib/http/mod.ts";
import { backupParamsSchema } from "../../../../../lib/http/database_schemas.ts";
import { problems } from "../../../../../lib/http/schemas.ts";

const contentType = "application/vnd.sqlite3";

const route = createRoute({
  method: "get",
  path: "/api/database/backups/{id}/file",
  summary: "The backup itself, a SQLite database",
  request: { params: backupParamsSchema },
  responses: {
    200: {
      description: "The file",
      content: { [contentType]: { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...problems(404, 422, 503),
  },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { stream, sizeBytes } = await database.backupFile(id);
    const headers = {
      "content-type": contentType,
      "content-length": String(sizeBytes),
      "content-disposition": `attachment; filename="coachiq-${id}.db"`,
      // Compressed on the way it would lose its length, and the phone its progress.
      "cache-control": "no-store, no-transform",
    };
    if (c.req.method !== "HEAD") return new Response(stream, { headers });
    await stream.cancel();
    return new Response(null, { headers });
  });
}) satisfies ApiRoute;
