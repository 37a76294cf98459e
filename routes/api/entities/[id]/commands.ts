import { createRoute, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { servicesFor } from "../../../../lib/http/guest_services.ts";
import { whoAsks } from "../../../../lib/http/actor.ts";
import { type ApiRoute, HttpError } from "../../../../lib/http/mod.ts";
import { commandRequestSchema, commandResultSchema, jsonContent, problems } from "../../../../lib/http/schemas.ts";

const maxBodyBytes = 64 * 1024;

const route = createRoute({
  method: "post",
  path: "/api/entities/{id}/commands",
  summary: "Commands an entity and waits for the coach's answer",
  description: "confirmed: the coach's own status says so. notConfirmed: sent, and no such status came in time. " +
    "refused: not sent, or the coach said no; the reasons say why. A held command is sent again while it is held, and " +
    "ends by itself when that stops; with a press, a renewal that arrives after the stop is refused. A stop that cannot " +
    "be sent now is kept, and goes out as soon as the bus is there again.",
  middleware: bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new HttpError(413, { detail: `Cannot read the request: its body is longer than ${maxBodyBytes} bytes` });
    },
  }),
  request: {
    params: z.object({ id: z.string().max(100) }),
    body: { required: true, content: { "application/json": { schema: commandRequestSchema } } },
  },
  responses: {
    200: jsonContent(commandResultSchema, "What became of it"),
    ...problems(400, 403, 404, 409, 413, 415, 422, 503),
  },
});

export default ((api, { services }) => {
  api.openapi(route, async (c) => {
    const result = await servicesFor(services, c.get("principal")).command(c.req.valid("param").id, {
      ...c.req.valid("json"),
      ...whoAsks(c),
    });
    return c.json(result, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
