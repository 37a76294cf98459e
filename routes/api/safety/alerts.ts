import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";
import { systemOf } from "../../../lib/http/system_request.ts";
import { alertQuerySchema, alertSchema } from "../../../lib/http/system_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/safety/alerts",
  summary: "What is wrong now, the gravest first; with cleared=true also what is over",
  request: { query: alertQuerySchema },
  responses: { 200: jsonContent(z.array(alertSchema).readonly(), "The alerts"), ...problems(422, 503) },
});

export default ((api, { system }) => {
  api.openapi(route, (c) => {
    const alerts = systemOf(system).alerts({ withCleared: c.req.valid("query").cleared });
    return c.json(alerts, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
