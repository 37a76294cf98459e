import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { authorOf, mayChangeMapping } from "../../../../lib/http/coach_request.ts";
import { batchParamsSchema, batchSchema, reasonQuerySchema } from "../../../../lib/http/coach_schemas.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/coach/undo/{batchId}",
  summary: "Takes a change of the mapping back",
  description: "409: later changes are in the way.",
  request: { params: batchParamsSchema, query: reasonQuerySchema },
  responses: { 200: jsonContent(batchSchema, "It is taken back"), ...problems(403, 404, 409, 415, 422, 503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => {
    const { batchId } = c.req.valid("param");
    const { reason } = c.req.valid("query");
    mayChangeMapping(coach);
    return c.json(coach.undo(batchId, authorOf(c, reason)), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
