import { createRoute } from "@hono/zod-openapi";
import { type ApiRoute, HttpError } from "../../../../../lib/http/mod.ts";
import { jobParamsSchema, jobSchema } from "../../../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../../../lib/http/schemas.ts";

const route = createRoute({
  method: "get",
  path: "/api/database/update/{jobId}/progress",
  summary: "How far a job is; also of dry runs, backups, restores and resets",
  request: { params: jobParamsSchema },
  responses: { 200: jsonContent(jobSchema, "The job"), ...problems(404, 422, 503) },
});

export default ((api, { database }) => {
  api.openapi(route, (c) => {
    const { jobId } = c.req.valid("param");
    const job = database.job(jobId);
    if (!job) throw new HttpError(404, { detail: `There is no job "${jobId}", or it was long ago.` });
    return c.json(job, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;
