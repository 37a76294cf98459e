import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";
import { given, systemOf } from "../../../lib/http/system_request.ts";
import { auditQuerySchema, auditSchema } from "../../../lib/http/system_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/safety/audit",
  summary: "Who did what, from where, and what became of it; newest first",
  request: { query: auditQuerySchema },
  responses: { 200: jsonContent(z.array(auditSchema).readonly(), "The entries"), ...problems(422, 503) },
});

export default ((api, { system }) => {
  api.openapi(route, (c) => {
    const entries = systemOf(system).audit(given(c.req.valid("query")));
    return c.json(entries, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
