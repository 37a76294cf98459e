import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { problems } from "../../../../lib/http/schemas.ts";
import { logText } from "../../../../lib/http/log_text.ts";
import { fileHeaders, systemOf } from "../../../../lib/http/system_request.ts";

const contentType = "text/plain";
/** As many as the program keeps in memory. */
const limit = 2000;

const route = createRoute({
  method: "get",
  path: "/api/system/log/file",
  summary: "The last 2000 events of the log as a file, one line per event, newest last",
  responses: {
    200: { description: "The file", content: { [contentType]: { schema: z.string() } } },
    ...problems(503),
  },
});

export default ((api, { system, clock }) => {
  api.openapi(route, (c) => {
    const headers = fileHeaders({
      contentType: `${contentType}; charset=utf-8`,
      what: "log",
      extension: "txt",
      wallMs: clock.wallMs(),
    });
    return c.text(logText(systemOf(system).log({ limit })), 200, headers);
  });
}) satisfies ApiRoute;
