import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { profileSchema } from "../../../lib/http/config_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/config/profiles",
  summary: "Every profile, also one whose file is broken, with what is wrong",
  responses: { 200: jsonContent(z.array(profileSchema).readonly(), "The profiles"), ...problems(503) },
});

export default ((api, { config }) => {
  api.openapi(route, (c) => c.json(config.profiles(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
