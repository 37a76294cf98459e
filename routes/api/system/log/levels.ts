import { createRoute } from "@hono/zod-openapi";
import { atMost, maxJsonBytes } from "../../../../lib/http/database_request.ts";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";
import { systemOf } from "../../../../lib/http/system_request.ts";
import { logLevelsRequestSchema, logLevelsSchema } from "../../../../lib/http/system_schemas.ts";

const path = "/api/system/log/levels";

const show = createRoute({
  method: "get",
  path,
  summary: "What is logged: the level of everything, and of single parts of the program",
  responses: { 200: jsonContent(logLevelsSchema, "The levels"), ...problems(503) },
});

const change = createRoute({
  method: "put",
  path,
  summary: "Changes what is logged from now on, until the next start",
  description: "Parts that are not named follow the level of everything.",
  middleware: atMost(maxJsonBytes),
  request: { body: { required: true, content: { "application/json": { schema: logLevelsRequestSchema } } } },
  responses: {
    200: jsonContent(logLevelsSchema, "The levels as they are then"),
    ...problems(400, 403, 413, 415, 422, 503),
  },
});

export default ((api, { system }) => {
  api.openapi(show, (c) => c.json(systemOf(system).logLevels(), 200, { "cache-control": "no-store" }));
  api.openapi(change, (c) => {
    const services = systemOf(system);
    services.setLogLevels(c.req.valid("json"));
    return c.json(services.logLevels(), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
