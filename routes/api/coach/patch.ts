import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { authorOf, maxMappingBytes, mayChangeMapping } from "../../../lib/http/coach_request.ts";
import { batchSchema, patchSchema, reasonQuerySchema } from "../../../lib/http/coach_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const operations = { schema: patchSchema };
const route = createRoute({
  method: "post",
  path: "/api/coach/patch",
  summary: "Changes the mapping by JSON Patch, all or nothing",
  middleware: atMost(maxMappingBytes.patch),
  request: {
    query: reasonQuerySchema,
    body: { required: true, content: { "application/json-patch+json": operations, "application/json": operations } },
  },
  responses: { 200: jsonContent(batchSchema, "It is valid now"), ...problems(400, 403, 404, 409, 413, 415, 422, 503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => {
    const { reason } = c.req.valid("query");
    const asked = c.req.valid("json").map(({ op, path, from, value }) => ({
      op,
      path,
      ...(from === undefined ? {} : { from }),
      ...(value === undefined ? {} : { value }),
    }));
    mayChangeMapping(coach);
    return c.json(coach.patch(asked, authorOf(c, reason)), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
