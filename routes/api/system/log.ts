import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";
import { given, systemOf } from "../../../lib/http/system_request.ts";
import { logEntrySchema, logQuerySchema } from "../../../lib/http/system_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/system/log",
  summary: "The last events of the log, newest last",
  request: { query: logQuerySchema },
  responses: { 200: jsonContent(z.array(logEntrySchema).readonly(), "The events"), ...problems(422, 503) },
});

export default ((api, { system }) => {
  api.openapi(route, (c) => {
    const entries = systemOf(system).log(given(c.req.valid("query")));
    return c.json(entries, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
