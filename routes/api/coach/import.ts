import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { authorOf, maxMappingBytes, mayChangeMapping } from "../../../lib/http/coach_request.ts";
import { batchSchema, importRequestSchema } from "../../../lib/http/coach_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/coach/import",
  summary: "Takes a model, or its new version, and keeps what the owner made",
  description: "The database is backed up first. 409: something changed since the preview, look at it again.",
  middleware: atMost(maxMappingBytes.value),
  request: { body: { required: true, content: { "application/json": { schema: importRequestSchema } } } },
  responses: { 200: jsonContent(batchSchema, "It is valid now"), ...problems(400, 403, 404, 409, 413, 415, 422, 503) },
});

export default ((api, { coach }) => {
  api.openapi(route, async (c) => {
    const { modelId, token, choices, reason } = c.req.valid("json");
    mayChangeMapping(coach);
    const request = { modelId, ...(token === undefined ? {} : { token }), ...(choices ? { choices } : {}) };
    return c.json(await coach.importModel(request, authorOf(c, reason)), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
