import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { actorOf } from "../../../../lib/http/actor.ts";
import { configViewSchema, switchRequestSchema } from "../../../../lib/http/config_schemas.ts";
import { atMost, maxJsonBytes } from "../../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/config/profiles/switch",
  summary: "Makes a profile the active one, or none; it stays so after a restart",
  middleware: atMost(maxJsonBytes),
  request: { body: { required: true, content: { "application/json": { schema: switchRequestSchema } } } },
  responses: {
    200: jsonContent(configViewSchema, "The configuration as it is then"),
    ...problems(400, 403, 404, 409, 413, 415, 422, 503),
  },
});

export default ((api, { config }) => {
  api.openapi(route, async (c) => {
    const view = await config.switchProfile(c.req.valid("json").name, actorOf(c));
    return c.json(view, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
