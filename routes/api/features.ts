import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../lib/http/mod.ts";
import { jsonContent, problems } from "../../lib/http/schemas.ts";
import { systemOf } from "../../lib/http/system_request.ts";
import { featureSchema } from "../../lib/http/system_schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/features",
  summary: "The optional parts of the program, and how each is",
  responses: { 200: jsonContent(z.array(featureSchema).readonly(), "The features"), ...problems(503) },
});

export default ((api, { system }) => {
  api.openapi(route, (c) => c.json(systemOf(system).features(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
