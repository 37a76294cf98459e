import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { mappingBatchSchema, mappingHistoryQuerySchema } from "../../../lib/http/coach_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/coach/history",
  summary: "Changes of the mapping, newest first: who, when, why and what",
  request: { query: mappingHistoryQuerySchema },
  responses: { 200: jsonContent(z.array(mappingBatchSchema).readonly(), "The changes"), ...problems(422, 503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => {
    const { limit } = c.req.valid("query");
    return c.json(coach.history(limit), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
