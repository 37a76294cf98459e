import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../../lib/http/mod.ts";
import { profileParamsSchema, profilePreviewSchema } from "../../../../../lib/http/config_schemas.ts";
import { jsonContent, problems } from "../../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/config/profiles/{name}/preview",
  summary: "What switching to a profile would change",
  request: { params: profileParamsSchema },
  responses: { 200: jsonContent(profilePreviewSchema, "The changes"), ...problems(404, 409, 422, 503) },
});

export default ((api, { config }) => {
  api.openapi(route, (c) => {
    const preview = config.previewProfile(c.req.valid("param").name);
    return c.json(preview, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
