import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { profilePreviewSchema } from "../../../../lib/http/config_schemas.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/config/profiles/preview",
  summary: "What going on without a profile would change",
  responses: { 200: jsonContent(profilePreviewSchema, "The changes"), ...problems(409, 503) },
});

export default ((api, { config }) => {
  api.openapi(route, (c) => c.json(config.previewProfile(null), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
