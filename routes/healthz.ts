import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../lib/http/mod.ts";

const route = createRoute({
  method: "get",
  path: "/healthz",
  summary: "The process answers",
  responses: { 200: { description: "It does", content: { "text/plain": { schema: z.string() } } } },
});

export default ((api) => {
  api.openapi(route, (c) => c.text("ok", 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
