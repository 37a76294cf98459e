import { createRoute, z } from "@hono/zod-openapi";
import { type ApiRoute, type DatabaseServices, HttpError } from "../../../../lib/http/mod.ts";
import { jobIdAnswerSchema } from "../../../../lib/http/database_schemas.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";
import { trackedBody } from "../../../../lib/http/tracked_body.ts";

/** Largest file that is taken, bytes. What says no length is counted while it comes. */
const maxBytes = 1 << 30;

const file = { schema: z.string().openapi({ format: "binary" }) };
const route = createRoute({
  method: "post",
  path: "/api/database/backups/upload",
  summary: "Takes a file in as a backup, if it proves to be one",
  description: "The answer comes when the file was read; whether it was taken says the job's progress.",
  request: {
    body: { required: true, content: { "application/octet-stream": file, "application/vnd.sqlite3": file } },
  },
  responses: {
    202: jsonContent(jobIdAnswerSchema, "It was read and is being checked"),
    ...problems(400, 403, 409, 413, 415, 503),
  },
});

export default ((api, { database }) => {
  api.openapi(route, async (c) => {
    const { body } = c.req.raw;
    const length = Number(c.req.header("content-length") ?? 0);
    if (!body || c.req.header("content-length") === "0") {
      throw new HttpError(400, { detail: "Cannot take the file in: it is empty" });
    }
    if (length > maxBytes) {
      throw new HttpError(413, { detail: `Cannot take the file in: it is longer than ${maxBytes} bytes` });
    }
    const { stream, finished } = trackedBody(body);
    const started = await database.upload(stream);
    await Promise.race([finished, ended(started.jobId, database)]);
    return c.json(started, 202, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;

/** When the job is over: it may give the file up without a look at it. */
function ended(jobId: string, database: DatabaseServices): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = database.subscribe(() => look());
    const look = () => {
      if (database.job(jobId)?.state === "running") return;
      unsubscribe();
      resolve();
    };
    look();
  });
}
