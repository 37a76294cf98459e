import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { mappingExportQuerySchema } from "../../../lib/http/coach_schemas.ts";
import { problems } from "../../../lib/http/schemas.ts";

const types = {
  yaml: { contentType: "application/yaml; charset=utf-8", ending: "yml" },
  patch: { contentType: "application/json-patch+json", ending: "patch.json" },
} as const;

const file = { schema: z.string() };
const route = createRoute({
  method: "get",
  path: "/api/coach/export",
  summary: "The whole coach as a model file, or the owner's edits as JSON Patch",
  request: { query: mappingExportQuerySchema },
  responses: {
    200: { description: "The file", content: { "application/yaml": file, "application/json-patch+json": file } },
    ...problems(422, 503),
  },
});

export default ((api, { coach, clock }) => {
  api.openapi(route, (c) => {
    const { format } = c.req.valid("query");
    const { contentType, ending } = types[format];
    const day = new Date(clock.wallMs()).toISOString().slice(0, 10);
    const model = coach.status().modelId.replaceAll(/[^a-z0-9_]/g, "_");
    return new Response(coach.export(format), {
      headers: {
        "content-type": contentType,
        "content-disposition": `attachment; filename="coachiq-${model}-${day}.${ending}"`,
        "cache-control": "no-store",
      },
    });
  });
}) satisfies ApiRoute;
