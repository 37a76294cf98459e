import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../lib/http/mod.ts";
import { problems } from "../lib/http/schemas.ts";
import { systemOf } from "../lib/http/system_request.ts";

const route = createRoute({
  method: "get",
  path: "/metrics",
  summary: "The program's numbers in the text format of Prometheus",
  responses: {
    200: { description: "The numbers", content: { "text/plain": { schema: z.string() } } },
    ...problems(503),
  },
});

export default ((api, { system }) => {
  api.openapi(route, async (c) => {
    const { text, contentType } = await systemOf(system).metrics();
    return c.text(text, 200, { "content-type": contentType, "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
