import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { maxMappingBytes } from "../../../../lib/http/coach_request.ts";
import { listeningSchema, listenRequestSchema } from "../../../../lib/http/coach_schemas.ts";
import { atMost } from "../../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const listen = createRoute({
  method: "post",
  path: "/api/coach/discovery/listen",
  summary: "Begins to listen for what moves while somebody presses a switch",
  middleware: atMost(maxMappingBytes.words),
  request: { body: { required: true, content: { "application/json": { schema: listenRequestSchema } } } },
  responses: { 200: jsonContent(listeningSchema, "It listens"), ...problems(400, 403, 409, 413, 415, 422, 503) },
});

const look = createRoute({
  method: "get",
  path: "/api/coach/discovery/listen",
  summary: "What moved, most likely first",
  responses: { 200: jsonContent(listeningSchema, "What moved"), ...problems(503) },
});

export default ((api, { coach }) => {
  api.openapi(look, (c) => c.json(coach.listening(), 200, { "cache-control": "no-store" }));
  api.openapi(listen, (c) => {
    const { durationMs } = c.req.valid("json");
    return c.json(coach.listen(durationMs), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
