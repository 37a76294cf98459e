import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { writeBudgetSchema } from "../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/database/writes",
  summary: "Bytes written to the disk each day, by cause, newest day first",
  responses: { 200: jsonContent(z.array(writeBudgetSchema).readonly(), "The write budget"), ...problems(503) },
});

export default ((api, { database }) => {
  api.openapi(route, (c) => c.json(database.writeBudget(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
