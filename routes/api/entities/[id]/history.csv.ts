import { createRoute, z } from "@hono/zod-openapi";
import { servicesFor } from "../../../../lib/http/guest_services.ts";
import { type ApiRoute, HttpError } from "../../../../lib/http/mod.ts";
import { courseQuerySchema } from "../../../../lib/http/database_schemas.ts";
import { historyRange } from "../../../../lib/http/history_range.ts";
import { problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/entities/{id}/history.csv",
  summary: "Everything kept of a signal, as CSV",
  request: { params: z.object({ id: z.string().max(100) }), query: courseQuerySchema },
  responses: {
    200: { description: "The lines", content: { "text/csv": { schema: z.string() } } },
    ...problems(404, 422, 503),
  },
});

export default ((api, { services, database, clock }) => {
  api.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { signal, ...range } = c.req.valid("query");
    const lines = servicesFor(services, c.get("principal")).entity(id) &&
      database.historyCsv({ entityId: id, signal, ...historyRange(range, clock.wallMs()) });
    if (!lines) throw new HttpError(404, { detail: `Nothing is kept of "${signal}" of entity "${id}".` });
    const headers = {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${fileName(`${id}-${signal}`)}.csv"`,
      "cache-control": "no-store",
    };
    if (c.req.method !== "HEAD") return new Response(lines, { headers });
    await lines.cancel();
    return new Response(null, { headers });
  });
}) satisfies ApiRoute;

/** Nothing of a name may end the header or the file name. */
function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]/g, "_");
}
