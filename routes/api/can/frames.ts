import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute, FrameFilter } from "../../../lib/http/mod.ts";
import { frameQuerySchema, frameSchema } from "../../../lib/http/can_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/can/frames",
  summary: "The last frames, newest last",
  request: { query: frameQuerySchema },
  responses: { 200: jsonContent(z.array(frameSchema).readonly(), "The frames"), ...problems(422) },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => {
    const query = c.req.valid("query");
    const filter = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    return c.json(services.frames(filter as unknown as FrameFilter), 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
