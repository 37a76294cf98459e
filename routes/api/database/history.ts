import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { runSchema } from "../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/database/history",
  summary: "Updates, restores and resets that were made, newest first",
  responses: { 200: jsonContent(z.array(runSchema).readonly(), "The runs"), ...problems(503) },
});

export default ((api, { database }) => {
  api.openapi(route, (c) => c.json(database.runs(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
