import { createRoute, z } from "@hono/zod-openapi";
import { type ApiRoute, HttpError } from "../../../../lib/http/mod.ts";
import { actorOf } from "../../../../lib/http/actor.ts";
import { importQuerySchema, maxConfigBytes, profileSchema } from "../../../../lib/http/config_schemas.ts";
import { atMost } from "../../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const file = { schema: z.string() };

const route = createRoute({
  method: "post",
  path: "/api/config/profiles/import",
  summary: "Takes in a profile from a TOML file, as the export makes it",
  middleware: atMost(maxConfigBytes),
  request: {
    query: importQuerySchema,
    body: { required: true, content: { "application/toml": file, "text/toml": file } },
  },
  responses: {
    200: jsonContent(profileSchema, "The profile"),
    ...problems(400, 403, 409, 413, 415, 422, 503),
  },
});

export default ((api, { config }) => {
  api.openapi(route, async (c) => {
    const { replace } = c.req.valid("query");
    const toml = decode(new Uint8Array(await c.req.arrayBuffer()));
    if (toml.trim() === "") throw new HttpError(400, { detail: "Cannot take the file in: it is empty" });
    const profile = await config.importProfile(toml, { replace, actor: actorOf(c) });
    return c.json(profile, 200, { "cache-control": "no-store" });
  });
}) satisfies ApiRoute;

/** TOML is UTF-8 and nothing else. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(422, { detail: "Cannot take the file in: it is not UTF-8 text, expected a TOML file" });
  }
}
