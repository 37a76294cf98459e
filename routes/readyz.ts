import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../lib/http/mod.ts";

const text = { "text/plain": { schema: z.string() } };

const route = createRoute({
  method: "get",
  path: "/readyz",
  summary: "The program can do its work",
  responses: {
    200: { description: "It can", content: text },
    503: { description: "It cannot; /health says why", content: text },
  },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => {
    const isReady = services.health().status !== "failed";
    return c.text(isReady ? "ready" : "not ready", isReady ? 200 : 503, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
