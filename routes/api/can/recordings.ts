import { createRoute } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { recordingRequestSchema, recordingSchema } from "../../../lib/http/can_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const show = createRoute({
  method: "get",
  path: "/api/can/recordings",
  summary: "What the recorder is doing",
  responses: { 200: jsonContent(recordingSchema, "The recorder") },
});

const change = createRoute({
  method: "post",
  path: "/api/can/recordings",
  summary: "Starts or stops the recorder",
  middleware: bodyLimit({ maxSize: 4096 }),
  request: { body: { required: true, content: { "application/json": { schema: recordingRequestSchema } } } },
  responses: { 200: jsonContent(recordingSchema, "The recorder"), ...problems(400, 403, 409, 413, 415, 422, 503) },
});

export default ((api, { services }) => {
  api.openapi(show, (c) => c.json(services.recording(), 200, { "cache-control": "no-store" }));
  api.openapi(change, async (c) => {
    const { action, interface: name } = c.req.valid("json");
    const state = await services.record(name === undefined ? { action } : { action, interface: name });
    return c.json(state, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
