import { createRoute } from "@hono/zod-openapi";
import { atMost, maxJsonBytes } from "../../../lib/http/database_request.ts";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";
import { systemOf } from "../../../lib/http/system_request.ts";
import { stopRequestSchema, stopResultSchema } from "../../../lib/http/system_schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/safety/stop",
  summary: "Stops everything that moves, or switches every light off, and waits for the answers",
  description: "A guest stops everything that moves, and switches off the lights of the account alone.",
  middleware: atMost(maxJsonBytes),
  request: { body: { required: true, content: { "application/json": { schema: stopRequestSchema } } } },
  responses: {
    200: jsonContent(stopResultSchema, "What came of it"),
    ...problems(400, 403, 413, 415, 422, 503),
  },
});

export default ((api, { system }) => {
  api.openapi(route, async (c) => {
    const result = await systemOf(system).stopEverything(c.req.valid("json").what, c.get("principal"));
    return c.json(result, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
