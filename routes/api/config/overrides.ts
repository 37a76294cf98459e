import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { actorOf } from "../../../lib/http/actor.ts";
import { configViewSchema, maxConfigBytes, overridesRequestSchema } from "../../../lib/http/config_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "put",
  path: "/api/config/overrides",
  summary: "Sets keys that the owner may set, or takes what is set away; all or none",
  middleware: atMost(maxConfigBytes),
  request: { body: { required: true, content: { "application/json": { schema: overridesRequestSchema } } } },
  responses: {
    200: jsonContent(configViewSchema, "The configuration as it is then"),
    ...problems(400, 403, 404, 409, 413, 415, 422, 503),
  },
});

export default ((api, { config }) => {
  api.openapi(route, async (c) => {
    const view = await config.setOverrides(c.req.valid("json").values, actorOf(c));
    return c.json(view, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
