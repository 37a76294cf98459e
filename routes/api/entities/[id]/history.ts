import { createRoute, z } from "@hono/zod-openapi";
import { servicesFor } from "../../../../lib/http/guest_services.ts";
import { type ApiRoute, HttpError } from "../../../../lib/http/mod.ts";
import { historyQuerySchema, historySchema } from "../../../../lib/http/database_schemas.ts";
import { historyRange } from "../../../../lib/http/history_range.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";
import type { HistoryCourse } from "../../../../lib/wire/mod.ts";

const route = createRoute({
  method: "get",
  path: "/api/entities/{id}/history",
  summary: "The course of a signal, with its lowest and highest values",
  request: { params: z.object({ id: z.string().max(100) }), query: historyQuerySchema },
  responses: { 200: jsonContent(historySchema, "The course"), ...problems(404, 422, 503) },
});

export default ((api, { services, database, clock }) => {
  api.openapi(route, (c) => {
    const { id } = c.req.valid("param");
    const { signal, points, ...range } = c.req.valid("query");
    const { fromMs, toMs } = historyRange(range, clock.wallMs());
    const history = servicesFor(services, c.get("principal")).entity(id) &&
      database.history({ entityId: id, signal, fromMs, toMs, points });
    if (!history) throw new HttpError(404, { detail: `Nothing is kept of "${signal}" of entity "${id}".` });
    const course: HistoryCourse = {
      ...history,
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
    };
    return c.json(course, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
