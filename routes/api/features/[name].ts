import { createRoute } from "@hono/zod-openapi";
import { atMost, maxJsonBytes } from "../../../lib/http/database_request.ts";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";
import { systemOf } from "../../../lib/http/system_request.ts";
import { featureParamsSchema, featureRequestSchema, featureSchema } from "../../../lib/http/system_schemas.ts";

const route = createRoute({
  method: "put",
  path: "/api/features/{name}",
  summary: "Switches a feature on or off; it stays so",
  middleware: atMost(maxJsonBytes),
  request: {
    params: featureParamsSchema,
    body: { required: true, content: { "application/json": { schema: featureRequestSchema } } },
  },
  responses: {
    200: jsonContent(featureSchema, "The feature as it is then"),
    ...problems(400, 403, 404, 409, 413, 415, 422, 503),
  },
});

export default ((api, { system }) => {
  api.openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const feature = await systemOf(system).setFeature(name, c.req.valid("json").enabled, c.get("principal"));
    return c.json(feature, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
