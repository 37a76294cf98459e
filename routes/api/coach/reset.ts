import { createRoute } from "@hono/zod-openapi";
import { type ApiRoute, HttpError } from "../../../lib/http/mod.ts";
import { authorOf, maxMappingBytes, mayChangeMapping } from "../../../lib/http/coach_request.ts";
import { batchSchema, mappingResetSchema } from "../../../lib/http/coach_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/coach/reset",
  summary: "Gives one entity, or all of the model, back what the factory says",
  description: "The database is backed up first, and the change can be taken back.",
  middleware: atMost(maxMappingBytes.words),
  request: { body: { required: true, content: { "application/json": { schema: mappingResetSchema } } } },
  responses: { 200: jsonContent(batchSchema, "It is valid now"), ...problems(400, 403, 404, 409, 413, 415, 422, 503) },
});

export default ((api, { coach }) => {
  api.openapi(route, async (c) => {
    const { entityId, confirm, reason } = c.req.valid("json");
    if (!confirm) throw new HttpError(409, { detail: "This changes the coach's mapping and needs your consent." });
    mayChangeMapping(coach);
    return c.json(await coach.reset(entityId, authorOf(c, reason)), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
