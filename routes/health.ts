import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../lib/http/mod.ts";
import { healthSchema, jsonContent } from "../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/health",
  summary: "How the program is, and what is wrong",
  responses: {
    200: jsonContent(healthSchema, "It works, perhaps not all of it"),
    503: jsonContent(healthSchema, "It does not"),
  },
});

export default ((api, { services }) => {
  api.openapi(route, (c) => {
    const health = services.health();
    return c.json(health, health.status === "failed" ? 503 : 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
