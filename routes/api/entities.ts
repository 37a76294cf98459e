import { createRoute, z } from "@hono/zod-openapi";
import type { TypedResponse } from "hono";
import type { EntityView } from "../../lib/wire/mod.ts";
import type { ApiRoute } from "../../lib/http/mod.ts";
import { servicesFor } from "../../lib/http/guest_services.ts";
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
  /** The same list is written down once. */
  const texts = new WeakMap<readonly EntityView[], string>();
  const textOf = (list: readonly EntityView[]): string => {
    const text = texts.get(list) ?? JSON.stringify(list);
    texts.set(list, text);
    return text;
  };
  api.openapi(route, (c) => {
    const { kind, area } = c.req.valid("query");
    const all = servicesFor(services, c.get("principal")).entities();
    if (kind === undefined && area === undefined) {
      const headers = { "content-type": "application/json", "cache-control": "no-store" };
      return new Response(textOf(all), { headers }) as Response & TypedResponse<EntityView[], 200, "json">;
    }
    const found = all.filter((entity) =>
      (kind === undefined || entity.kind === kind) && (area === undefined || entity.area === area)
    );
    return c.json(found, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
