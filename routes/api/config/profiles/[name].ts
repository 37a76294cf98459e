import { createRoute } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../lib/http/mod.ts";
import { actorOf } from "../../../../lib/http/actor.ts";
import {
  maxConfigBytes,
  profileParamsSchema,
  profileRequestSchema,
  profileSchema,
} from "../../../../lib/http/config_schemas.ts";
import { atMost } from "../../../../lib/http/database_request.ts";
import { jsonContent, problems } from "../../../../lib/http/schemas.ts";

const path = "/api/config/profiles/{name}";

const save = createRoute({
  method: "put",
  path,
  summary: "Creates a profile, or with replace=true writes one anew that did not ship with the program",
  middleware: atMost(maxConfigBytes),
  request: {
    params: profileParamsSchema,
    body: { required: true, content: { "application/json": { schema: profileRequestSchema } } },
  },
  responses: {
    200: jsonContent(profileSchema, "The profile"),
    ...problems(400, 403, 404, 409, 413, 415, 422, 503),
  },
});

const remove = createRoute({
  method: "delete",
  path,
  summary: "Deletes a profile; not the active one, none that another inherits from, and none that ships",
  request: { params: profileParamsSchema },
  responses: { 204: { description: "It is gone" }, ...problems(403, 404, 409, 422, 503) },
});

export default ((api, { config }) => {
  api.openapi(save, async (c) => {
    const { name } = c.req.valid("param");
    const { overrides, ...rest } = c.req.valid("json");
    const profile = { name, ...rest, ...(overrides === undefined ? {} : { overrides }) };
    return c.json(await config.saveProfile(profile, actorOf(c)), 200, { "cache-control": "no-store" });
  });
  api.openapi(remove, async (c) => {
    await config.deleteProfile(c.req.valid("param").name, actorOf(c));
    return c.body(null, 204);
  });
}) satisfies ApiRoute;
