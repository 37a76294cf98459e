import { createRoute, z } from "@hono/zod-openapi";
import { type ApiRoute, HttpError } from "../../../lib/http/mod.ts";
import { authorOf, maxMappingBytes, mayChangeMapping } from "../../../lib/http/coach_request.ts";
import { coachModelViewSchema, reasonQuerySchema } from "../../../lib/http/coach_schemas.ts";
import { atMost } from "../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const yaml = { schema: z.string() };
const route = createRoute({
  method: "post",
  path: "/api/coach/upload",
  summary: "Keeps a coach model of the owner's own; it is used once it is imported",
  description: "422 says in errors each thing that is wrong, with line and column.",
  middleware: atMost(maxMappingBytes.model),
  request: {
    query: reasonQuerySchema,
    body: { required: true, content: { "text/yaml": yaml, "application/yaml": yaml, "application/x-yaml": yaml } },
  },
  responses: { 201: jsonContent(coachModelViewSchema, "It is kept"), ...problems(400, 403, 409, 413, 415, 422, 503) },
});

export default ((api, { coach }) => {
  api.openapi(route, async (c) => {
    const { reason } = c.req.valid("query");
    const text = textOf(await c.req.arrayBuffer());
    mayChangeMapping(coach);
    return c.json(await coach.upload(text, authorOf(c, reason)), 201, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;

function textOf(bytes: ArrayBuffer): string {
  if (bytes.byteLength === 0) throw new HttpError(400, { detail: "Cannot take the model in: it is empty" });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(422, { detail: "Cannot take the model in: it is not UTF-8 text" });
  }
}
