import { createRoute } from "@hono/zod-openapi";
import { type ApiRoute, HttpError } from "../../../../lib/http/mod.ts";
import { authorOf, maxMappingBytes, mayChangeMapping } from "../../../../lib/http/coach_request.ts";
import {
  batchSchema,
  pointerParamsSchema,
  putRequestSchema,
  reasonQuerySchema,
} from "../../../../lib/http/coach_schemas.ts";
import { atMost } from "../../../../lib/http/database_request.ts";
import { pointerOfUrl, pointerProblem } from "../../../../lib/http/mapping_input.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const base = "/api/coach/mappings";
/** As the description names it, and as the router needs it: the rest of the path, slashes included. */
const [path, routerPath] = [`${base}/{path}`, `${base}/{path{.+}}`];
const description =
  "The rest of the address is an RFC 6901 pointer: /api/coach/mappings/entities/bedroom_ceiling/name.";

const put = createRoute({
  method: "put",
  path,
  summary: "Changes what is valid at a path of the mapping",
  description,
  middleware: atMost(maxMappingBytes.value),
  request: {
    params: pointerParamsSchema,
    body: { required: true, content: { "application/json": { schema: putRequestSchema } } },
  },
  responses: { 200: jsonContent(batchSchema, "It is valid now"), ...problems(400, 403, 404, 409, 413, 415, 422, 503) },
});

const remove = createRoute({
  method: "delete",
  path,
  summary: "Takes away what is at a path of the mapping",
  description,
  request: { params: pointerParamsSchema, query: reasonQuerySchema },
  responses: { 200: jsonContent(batchSchema, "It is gone"), ...problems(403, 404, 409, 422, 503) },
});

export default ((api, { coach }) => {
  for (const route of [put, remove]) api.openAPIRegistry.registerPath(route);
  api.openapi({ ...put, path: routerPath, hide: true }, (c) => {
    const { value, reason } = c.req.valid("json");
    const pointer = pointerOf(c.req.url);
    mayChangeMapping(coach);
    return c.json(coach.put(pointer, value, authorOf(c, reason)), 200, { "cache-control": "no-store" });
  });
  api.openapi({ ...remove, path: routerPath, hide: true }, (c) => {
    const { reason } = c.req.valid("query");
    const pointer = pointerOf(c.req.url);
    mayChangeMapping(coach);
    return c.json(coach.remove(pointer, authorOf(c, reason)), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;

function pointerOf(url: string): string {
  const pointer = pointerOfUrl(url, base);
  const problem = pointer === undefined ? "an escape of the address is broken" : pointerProblem(pointer);
  if (pointer === undefined || problem !== undefined) {
    throw new HttpError(422, { detail: `Cannot read the path of the mapping: ${problem}` });
  }
  return pointer;
}
