import { createRoute, z } from "@hono/zod-openapi";
import type { TypedResponse } from "hono";
import type { JSONValue } from "hono/utils/types";
import type { ApiRoute } from "../../../lib/http/mod.ts";
import { anyJson, problems } from "../../../lib/http/schemas.ts";
import { fileHeaders, systemOf } from "../../../lib/http/system_request.ts";

const contentType = "application/json";

const route = createRoute({
  method: "get",
  path: "/api/system/diagnostics",
  summary: "A file for whoever helps: versions, health, configuration with origins, last log and frames",
  description: "Without secrets, vehicle number, positions and addresses of people.",
  responses: {
    200: { description: "The file", content: { [contentType]: { schema: z.unknown().openapi(anyJson) } } },
    ...problems(503),
  },
});

export default ((api, { system, clock }) => {
  api.openapi(route, async () => {
    const file = await systemOf(system).diagnostics();
    const headers = fileHeaders({ contentType, what: "diagnostics", extension: "json", wallMs: clock.wallMs() });
    // It is JSON already; read and written again it would be in memory three times.
    return new Response(new Uint8Array(file), { headers }) as Response & TypedResponse<JSONValue, 200, "json">;
  });
}) satisfies ApiRoute;
