import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRoute } from "../../../../../lib/http/mod.ts";
import { profileParamsSchema } from "../../../../../lib/http/config_schemas.ts";
import { problems } from "../../../../../lib/http/schemas.ts";

const contentType = "application/toml";

const route = createRoute({
  method: "get",
  path: "/api/config/profiles/{name}/export",
  summary: "A profile as a TOML file, without secrets",
  request: { params: profileParamsSchema },
  responses: {
    200: { description: "The file", content: { [contentType]: { schema: z.string() } } },
    ...problems(404, 409, 422, 503),
  },
});

export default ((api, { config }) => {
  api.openapi(route, (c) => {
    const { name } = c.req.valid("param");
    return new Response(config.exportProfile(name), {
      headers: {
        "content-type": `${contentType}; charset=utf-8`,
        "content-disposition": `attachment; filename="coachiq-profile-${name}.toml"`,
        "cache-control": "no-store",
      },
    });
  });
}) satisfies ApiRoute;
