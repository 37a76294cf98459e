import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { mergePreviewSchema, previewQuerySchema } from "../../../lib/http/coach_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/coach/preview",
  summary: "What taking a model, or its new version, would change; nothing is changed by it",
  description: "Without a model: the one in use. The token belongs into the import.",
  request: { query: previewQuerySchema },
  responses: { 200: jsonContent(mergePreviewSchema, "The preview"), ...problems(404, 409, 422, 503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => {
    const { model } = c.req.valid("query");
    return c.json(coach.preview(model), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
