import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { jobIdAnswerSchema } from "../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../lib/http/schemas.ts";

const route = createRoute({
  method: "post",
  path: "/api/database/simulate",
  summary: "Tries the update on a copy and changes nothing",
  description: "When it is done, its progress has the report: duration, room on the disk, steps and conflicts.",
  responses: { 202: jsonContent(jobIdAnswerSchema, "It has begun"), ...problems(403, 409, 415, 503) },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => c.json(await database.simulate(), 202, { "cache-control": "no-store" }));
}) satisfies ApiRoute;
