import { createRoute, z } from "@hono/zod-openapi";
import { type ApiRoute, HttpError } from "../../../lib/http/mod.ts";
import { atMost, databaseRequest } from "../../../lib/http/database_request.ts";
import { consentQuerySchema } from "../../../lib/http/database_schemas.ts";
import { problems } from "../../../lib/http/schemas.ts";

const maxBytes = 16 * 1024 * 1024;
const archive = { "application/gzip": { schema: z.string().openapi({ format: "binary" }) } };

const download = createRoute({
  method: "get",
  path: "/api/database/user-data",
  summary: "What the owner made, as one archive: settings, mappings, overrides, profiles",
  responses: { 200: { description: "The archive", content: archive }, ...problems(503) },
});

const upload = createRoute({
  method: "post",
  path: "/api/database/user-data",
  summary: "Puts such an archive back; its values replace those of the same name",
  middleware: atMost(maxBytes),
  request: { query: consentQuerySchema, body: { required: true, content: archive } },
  responses: { 204: { description: "It is in place" }, ...problems(400, 403, 409, 413, 415, 422, 503) },
});

export default ((api, { database, clock }) => {
  api.openapi(download, async () => {
    const bytes = await database.exportUserData();
    const day = new Date(clock.wallMs()).toISOString().slice(0, 10);
    return new Response(Uint8Array.from(bytes), {
      headers: {
        "content-type": "application/gzip",
        "content-length": String(bytes.length),
        "content-disposition": `attachment; filename="coachiq-user-data-${day}.json.gz"`,
        "cache-control": "no-store, no-transform",
      },
    });
  });
  api.openapi(upload, async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length === 0) throw new HttpError(400, { detail: "Cannot take the archive in: it is empty" });
    await database.importUserData(bytes, databaseRequest(c, c.req.valid("query")));
    return c.body(null, 204);
  });
}) satisfies ApiRoute;
