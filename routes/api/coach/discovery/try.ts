import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { whoAsks } from "../../../../lib/http/actor.ts";
import { maxMappingBytes, mayChangeMapping } from "../../../../lib/http/coach_request.ts";
import { tryRequestSchema } from "../../../../lib/http/coach_schemas.ts";
import { atMost } from "../../../../lib/http/database_request.ts";
import { commandResultSchema, jsonContent, problems } from "../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/coach/discovery/try",
  summary: "Switches an output that nothing maps, so that its owner can look what moves",
  description: "The rules of safety hold as for any command.",
  middleware: atMost(maxMappingBytes.value),
  request: { body: { required: true, content: { "application/json": { schema: tryRequestSchema } } } },
  responses: {
    200: jsonContent(commandResultSchema, "What became of it"),
    ...problems(400, 403, 404, 409, 413, 415, 422, 503),
  },
});

export default ((api, { coach }) => {
  api.openapi(route, async (c) => {
    const { definition, command, parked } = c.req.valid("json");
    mayChangeMapping(coach);
    const result = await coach.tryOutput(definition, { command, parked, ...whoAsks(c) });
    return c.json(result, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
