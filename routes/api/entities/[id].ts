import { createRoute, z } from "@hono/zod-openapi";
import { servicesFor } from "../../../lib/http/guest_services.ts";
import { type ApiRoute, HttpError } from "../../../lib/http/mod.ts";
import { entityDetailSchema, jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/entities/{id}",
  summary: "One entity with everything known of it",
  request: { params: z.object({ id: z.string().max(100) }) },
  responses: { 200: jsonContent(entityDetailSchema, "The entity"), ...problems(404) },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => {
    const { id } = c.req.valid("param");
    const entity = servicesFor(services, c.get("principal")).entity(id);
    if (!entity) throw new HttpError(404, { detail: `There is no entity "${id}"; GET /api/entities lists them all.` });
    return c.json(entity, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
