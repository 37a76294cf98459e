import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../lib/http/mod.ts";
import { configViewSchema } from "../../lib/http/config_schemas.ts";
import { jsonContent, problems } from "../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/config",
  summary: "Every key of the configuration: its value, where that comes from, and what it means",
  description: "Secrets have no value here.",
  responses: { 200: jsonContent(configViewSchema, "The configuration"), ...problems(503) },
});

export default ((api, { config }) => {
  api.openapi(route, (c) => c.json(config.view(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
