import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { databaseRequest } from "../../../lib/http/database_request.ts";
import { databaseStatusSchema, statusQuerySchema } from "../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/database/status",
  summary: "The database: its version, what waits, and whether it may be changed now",
  description: "With parked=true the safety check takes the owner's word that the coach is parked.",
  request: { query: statusQuerySchema },
  responses: { 200: jsonContent(databaseStatusSchema, "The status"), ...problems(422, 503) },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    const { parked } = c.req.valid("query");
    const status = await database.status(databaseRequest(c, { confirm: false, parked }));
    return c.json(status, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
