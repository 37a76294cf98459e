import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../lib/http/mod.ts";
import { entitySchema, jsonContent, problems } from "../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/entities",
  summary: "All entities with their state",
  request: {
    query: z.strictObject({ kind: z.string().max(40).optional(), area: z.string().max(40).optional() }),
  },
  responses: {
    200: jsonContent(z.array(entitySchema).readonly(), "The entities, in the order of pages"),
    ...problems(422),
  },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => {
    const { kind, area } = c.req.valid("query");
    const found = services.entities().filter((entity) =>
      (kind === undefined || entity.kind === kind) && (area === undefined || entity.area === area)
    );
    return c.json(found, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
