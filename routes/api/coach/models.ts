import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { coachModelViewSchema } from "../../../lib/http/coach_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/coach/models",
  summary: "Coach models that can be used: those of the program and uploaded ones",
  responses: { 200: jsonContent(z.array(coachModelViewSchema).readonly(), "The models"), ...problems(503) },
});

export default ((api, { coach }) => {
  api.openapi(route, (c) => c.json(coach.models(), 200, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
