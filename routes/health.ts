import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../lib/http/mod.ts";
import { jsonContent } from "../lib/http/schemas.ts";
import { detailedHealthSchema } from "../lib/http/system_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/health",
  summary: "How the program is, and what is wrong",
  responses: {
    200: jsonContent(detailedHealthSchema, "It works, perhaps not all of it"),
    503: jsonContent(detailedHealthSchema, "It does not"),
  },
});

export default ((api, { services, system, logger }) => {
  /** The verdict is told even when the details cannot be: that is when it is needed. */
  const details = async () => {
    try {
      return system ? { details: await system.details() } : {};
    } catch (error) {
      logger.error("Cannot tell the details of the health", { error });
      return {};
    }
  };
  api.openapi(route, async (c) => {
    const health = { ...services.health(), ...await details() };
    return c.json(health, health.status === "failed" ? 503 : 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
