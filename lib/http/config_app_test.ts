import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { plantedSecret } from "../../tests/fixtures/fake_config_keys.ts";
import { FakeConfigServices } from "../../tests/fixtures/fake_config_services.ts";
import type { ConfigView } from "../wire/mod.ts";
import { AbsentConfig } from "./absent_config.ts";
import type { ConfigServices } from "./config_services.ts";

const host = "127.0.0.1:8080";
const origin = { remoteAddress: "192.168.8.21" };

function site<T extends ConfigServices>(config: T) {
  const app = testApp({ config });
  const request = async (path: string, init: RequestInit & { readonly json?: unknown } = {}) => {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set("host", host);
    if (json !== undefined) headers.set("content-type", "application/json");
    const body = json === undefined ? rest.body : typeof json === "string" ? json : JSON.stringify(json);
    const options = { ...rest, headers, ...(body === undefined ? {} : { body }) };
    return await app.fetch(new Request(`http://${host}${path}`, options), origin);
  };
  return { config, request };
}

const base = "/api/config";
const put = (json: unknown) => ({ method: "PUT", json });
const post = (json?: unknown) => ({ method: "POST", ...(json === undefined ? {} : { json }) });
const remove = { method: "DELETE" };
const set = (values: unknown) => put({ values });
const toml = (body: BodyInit, type = "application/toml") => ({
  method: "POST",
  body,
  headers: { "content-type": type },
});
const winter = '[profile]\nname = "winter"\n\n[overrides]\n"lights.night_dimming" = true\n';
/** Longer than any configuration. */
const huge = "x".repeat(70_000);
/** Written out: `JSON.stringify` would drop what is hostile. */
const hostile = (values: string) => put(`{"values":${values}}`);
const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
const present = { overrides: { "logging.level": "debug" } };
const names = "1 to 64 letters";
const id = "config-overrides.toml.20261121T041401Z";

/** Path, request, status of the answer, and what its body says. */
const table: readonly (readonly [what: string, path: string, init: object, status: number, says: RegExp])[] = [
  ["GET config answers every key", base, {}, 200, /"key":"server.port".*"line":4.*"activeProfile":null/],
  ["GET config says where a reset leads", base, {}, 200, /"below":\{"value":"info","origin":\{"layer":"defaults"/],
  ["GET config shows a secret as set", base, {}, 200, /"value":\{"set":true\}.*"secret":true/],
  ["PUT config is not a thing", base, put({}), 405, /expected GET/],

  ["PUT overrides sets", `${base}/overrides`, set({ "history.keep_raw_days": 9 }), 200, /"value":9,/],
  ["PUT overrides takes away", `${base}/overrides`, set({ "logging.level": null }), 200, /"value":"info",/],
  ["PUT overrides takes nothing at all", `${base}/overrides`, set({}), 200, /"keys"/],
  ["PUT overrides refuses what does not fit", `${base}/overrides`, set({ "server.port": 0 }), 422, /from 1 to 65535/],
  ["PUT overrides refuses another type", `${base}/overrides`, set({ "server.port": "80" }), 422, /expected integer/],
  ["PUT overrides refuses what is not the owner's", `${base}/overrides`, set({ "server.host": "::" }), 422, /host/],
  ["PUT overrides refuses a secret", `${base}/overrides`, set({ "security.secret_key": "s" }), 422, /may not be set/],
  ["PUT overrides knows no such key", `${base}/overrides`, set({ "server.prot": 1 }), 404, /server\.prot/],
  ["PUT overrides wants values", `${base}/overrides`, put({}), 422, /values: expected an object/],
  ["PUT overrides wants a table", `${base}/overrides`, set([1]), 422, /values: expected an object/],
  ["PUT overrides refuses no value", `${base}/overrides`, set(null), 422, /values: expected an object/],
  ["PUT overrides refuses unknown keys", `${base}/overrides`, put({ values: {}, force: true }), 422, /force/],
  ["PUT overrides refuses a list", `${base}/overrides`, put([]), 422, /expected object/],
  ["PUT overrides refuses no body", `${base}/overrides`, { method: "PUT" }, 422, /object|JSON/],
  ["PUT overrides refuses broken JSON", `${base}/overrides`, put("{"), 400, /JSON/],
  ["PUT overrides wants JSON", `${base}/overrides`, { ...toml("x"), method: "PUT" }, 415, /application\/json/],
  ["PUT overrides refuses a huge body", `${base}/overrides`, set({ "server.host": huge }), 413, /65536/],
  ["PUT overrides refuses __proto__ as key", `${base}/overrides`, hostile('{"__proto__":{"a":1}}'), 422, /is no key/],
  ["PUT overrides refuses a key through it", `${base}/overrides`, set({ "server.__proto__.x": 1 }), 422, /is no key/],
  ["PUT overrides refuses constructor", `${base}/overrides`, set({ "constructor.prototype": 1 }), 422, /is no key/],
  [
    "PUT overrides refuses __proto__ inside a value",
    `${base}/overrides`,
    hostile('{"can.interfaces":{"can0":{"__proto__":{"bitrate":1}}}}'),
    422,
    /can\.interfaces: \\"__proto__\\" may not be a key/,
  ],
  ["PUT overrides refuses odd keys", `${base}/overrides`, set({ "../../etc/passwd": 1 }), 422, /is no key/],
  ["PUT overrides refuses an empty key", `${base}/overrides`, set({ "": 1 }), 422, /is no key/],
  ["PUT overrides refuses deep values", `${base}/overrides`, hostile(`{"a.b":${deep}}`), 422, /deeper than 16/],
  ["PUT __proto__ beside values is refused", `${base}/overrides`, put('{"values":{},"__proto__":{}}'), 422, /proto/],

  ["GET profiles answers", `${base}/profiles`, {}, 200, /"name":"camping".*"shipped":true.*"name":"storage"/],
  ["PUT profile keeps the present", `${base}/profiles/now`, put({}), 200, /"overrides":\{"logging.level":"debug"\}/],
  ["PUT profile keeps what is said", `${base}/profiles/n`, put({ overrides: {}, description: "d" }), 200, /"n"/],
  ["PUT profile refuses a shipped one", `${base}/profiles/camping`, put({ replace: true }), 409, /ships/],
  ["PUT profile refuses another", `${base}/profiles/x`, put({ inherits: "nobody" }), 422, /no profile \\"nobody/],
  ["PUT profile refuses itself", `${base}/profiles/x`, put({ inherits: ".." }), 422, new RegExp(names)],
  ["PUT profile refuses a path", `${base}/profiles/..%2f..%2fetc`, put({}), 422, new RegExp(names)],
  ["PUT profile refuses a dot", `${base}/profiles/a.toml`, put({}), 422, new RegExp(names)],
  ["PUT profile refuses a zero", `${base}/profiles/a%00b`, put({}), 422, new RegExp(names)],
  ["PUT profile refuses a flag", `${base}/profiles/-rf`, put({}), 422, new RegExp(names)],
  ["PUT profile refuses a long name", `${base}/profiles/${"n".repeat(65)}`, put({}), 422, new RegExp(names)],
  ["PUT profile refuses __proto__", `${base}/profiles/__proto__`, put({}), 422, new RegExp(names)],
  ["PUT profile refuses odd keys", `${base}/profiles/x`, put('{"overrides":{"__proto__":1}}'), 422, /is no key/],
  ["PUT profile refuses a long text", `${base}/profiles/x`, put({ description: huge.slice(0, 501) }), 422, /500/],
  ["PUT profile refuses a huge body", `${base}/profiles/x`, put({ description: huge }), 413, /65536/],
  [
    "PUT profile refuses what does not fit",
    `${base}/profiles/x`,
    put({ overrides: { "server.port": 0 } }),
    422,
    /port/,
  ],
  ["PUT profile refuses unknown keys", `${base}/profiles/x`, put({ shipped: true }), 422, /shipped/],
  ["PUT profile refuses a number", `${base}/profiles/x`, put({ description: 1 }), 422, /description/],
  ["PUT profile may be called switch", `${base}/profiles/switch`, put({}), 200, /"name":"switch"/],
  ["DELETE profile knows no such profile", `${base}/profiles/x`, remove, 404, /no profile/],
  ["DELETE profile refuses a shipped one", `${base}/profiles/camping`, remove, 409, /ships/],
  ["DELETE profile refuses a path", `${base}/profiles/%2e%2e%2fsystem`, remove, 422, new RegExp(names)],
  ["GET preview answers", `${base}/profiles/camping/preview`, {}, 200, /"changes":\[\{"key":"lights.*"reload":"live"/],
  ["GET preview of none answers", `${base}/profiles/preview`, {}, 200, /"name":null,"changes":\[\]/],
  ["GET preview knows no such profile", `${base}/profiles/x/preview`, {}, 404, /no profile/],
  ["GET preview refuses a path", `${base}/profiles/..%2f/preview`, {}, 422, new RegExp(names)],
  ["POST switch switches", `${base}/profiles/switch`, post({ name: "storage" }), 200, /"activeProfile":"storage"/],
  ["POST switch takes none", `${base}/profiles/switch`, post({ name: null }), 200, /"activeProfile":null/],
  ["POST switch knows no such profile", `${base}/profiles/switch`, post({ name: "x" }), 404, /no profile/],
  ["POST switch wants a name", `${base}/profiles/switch`, post({}), 422, /name/],
  ["POST switch refuses a path", `${base}/profiles/switch`, post({ name: "../x" }), 422, new RegExp(names)],
  ["POST switch refuses a number", `${base}/profiles/switch`, post({ name: 7 }), 422, /name/],
  ["POST switch refuses a long body", `${base}/profiles/switch`, post({ name: huge }), 413, /4096/],
  ["GET export answers TOML", `${base}/profiles/storage/export`, {}, 200, /^\[profile\][^]*inherits = "camping"/],
  ["GET export knows no such profile", `${base}/profiles/x/export`, {}, 404, /no profile/],
  ["GET export refuses a path", `${base}/profiles/..%2f..%2fsystem/export`, {}, 422, new RegExp(names)],
  ["POST import takes TOML", `${base}/profiles/import`, toml(winter), 200, /"name":"winter"/],
  ["POST import takes its other type", `${base}/profiles/import`, toml(winter, "text/toml"), 200, /"winter"/],
  ["POST import refuses plain text", `${base}/profiles/import`, toml(winter, "text/plain"), 415, /application\/toml/],
  ["POST import refuses a form", `${base}/profiles/import`, toml(winter, "multipart/form-data"), 415, /toml/],
  ["POST import refuses JSON", `${base}/profiles/import`, post({}), 415, /toml/],
  ["POST import refuses nothing", `${base}/profiles/import`, { method: "POST" }, 400, /empty/],
  ["POST import refuses an empty file", `${base}/profiles/import`, toml(" \n"), 400, /empty/],
  ["POST import refuses a huge file", `${base}/profiles/import`, toml(huge), 413, /65536/],
  ["POST import refuses what is no TOML", `${base}/profiles/import`, toml("= ="), 422, /no TOML/],
  ["POST import refuses bytes", `${base}/profiles/import`, toml(new Uint8Array([0xff, 0xfe, 0])), 422, /UTF-8/],
  ["POST import refuses a path", `${base}/profiles/import`, toml('[profile]\nname="../x"\n'), 422, /no name/],
  ["POST import refuses odd flags", `${base}/profiles/import?replace=1`, toml(winter), 422, /replace/],

  ["GET backups answers", `${base}/backups`, {}, 200, new RegExp(`"id":"${id}","file":"config-overrides.toml"`)],
  ["POST backups keeps under a name", `${base}/backups`, post({ name: "trip" }), 200, /"name":"trip"/],
  ["POST backups wants a name", `${base}/backups`, post({}), 422, /name/],
  ["POST backups refuses a path", `${base}/backups`, post({ name: "../../etc/passwd" }), 422, new RegExp(names)],
  ["POST backups refuses a space", `${base}/backups`, post({ name: "a b" }), 422, new RegExp(names)],
  ["POST backups refuses a long body", `${base}/backups`, post({ name: huge }), 413, /4096/],
  ["POST restore restores", `${base}/backups/${id}/restore`, post(), 200, /"keys"/],
  ["POST restore knows no such backup", `${base}/backups/nope/restore`, post(), 404, /no backup/],
  ["POST restore refuses a path", `${base}/backups/..%2f..%2fcoachiq.db/restore`, post(), 422, /no id of a backup/],
  ["POST restore refuses dots", `${base}/backups/a..b/restore`, post(), 422, /no id of a backup/],
  ["POST restore refuses a zero", `${base}/backups/a%00/restore`, post(), 422, /no id of a backup/],
  ["DELETE backup deletes", `${base}/backups/${id}`, remove, 204, /^$/],
  ["DELETE backup knows no such backup", `${base}/backups/nope`, remove, 404, /no backup/],
  ["DELETE backup refuses a path", `${base}/backups/%2e%2e%2fconfig-overrides.toml`, remove, 422, /no id of a backup/],
];

/** One override, and one backup of how it was without it. */
async function lived(): Promise<FakeConfigServices> {
  const config = new FakeConfigServices();
  await config.setOverrides(present.overrides, "test");
  return config;
}

for (const [what, path, init, status, says] of table) {
  Deno.test(`createApp(): ${what}`, async () => {
    const response = await site(await lived()).request(path, init);
    const text = await response.text();
    strictEqual(response.status, status, text);
    match(text, says);
    if (status !== 204) strictEqual(response.headers.get("cache-control"), "no-store");
    if (status < 400) return;
    strictEqual(response.headers.get("content-type"), "application/problem+json");
    strictEqual(JSON.parse(text).status, status);
  });
}

Deno.test("createApp(): overrides are all or none, and who set them is told", async () => {
  const { config, request } = site(new FakeConfigServices());
  const half = await request(`${base}/overrides`, set({ "logging.level": "debug", "server.port": -1 }));
  strictEqual(half.status, 422);
  deepStrictEqual((await half.json()).errors, ["server.port: expected integer from 1 to 65535"]);
  deepStrictEqual(config.actors, []);
  const view: ConfigView = await (await request(`${base}/overrides`, set({ "server.port": 8081 }))).json();
  const port = view.keys.find(({ key }) => key === "server.port");
  deepStrictEqual([port?.value, port?.waitsForRestart, port?.below?.value], [8081, true, 80]);
  deepStrictEqual(config.actors, ["192.168.8.21"]);
});

Deno.test("createApp(): a profile is made, switched to, kept while it is active, and deleted after", async () => {
  const { config, request } = site(await lived());
  const profile = `${base}/profiles/winter`;
  strictEqual((await request(profile, put({ description: "Cold", inherits: "camping" }))).status, 200);
  strictEqual((await request(profile, put({}))).status, 409);
  strictEqual((await request(profile, put({ description: "Colder", inherits: "camping", replace: true }))).status, 200);
  const loop = await request(profile, put({ inherits: "winter", replace: true }));
  match(await loop.text(), /inherit from itself/);
  const preview = await (await request(`${profile}/preview`)).json();
  const switched: ConfigView = await (await request(`${base}/profiles/switch`, post({ name: "winter" }))).json();
  for (const { key, to } of preview.changes) {
    deepStrictEqual(switched.keys.find((one) => one.key === key)?.value, to, key);
  }
  const refused = await request(profile, remove);
  strictEqual(refused.status, 409);
  match(await refused.text(), /it is active, switch to another first/);
  strictEqual((await request(`${base}/profiles/switch`, post({ name: null }))).status, 200);
  strictEqual((await request(profile, remove)).status, 204);
  deepStrictEqual(config.profiles().map(({ name }) => name), ["camping", "storage"]);
});

Deno.test("createApp(): what is exported is imported again, and replaces only when told to", async () => {
  const { config, request } = site(await lived());
  await request(`${base}/profiles/winter`, put({ description: "Cold", inherits: "camping" }));
  const exported = await request(`${base}/profiles/winter/export`);
  strictEqual(exported.headers.get("content-disposition"), 'attachment; filename="coachiq-profile-winter.toml"');
  strictEqual(exported.headers.get("content-type"), "application/toml; charset=utf-8");
  const file = await exported.text();
  const before = config.profiles();
  strictEqual((await request(`${base}/profiles/import`, toml(file))).status, 409);
  strictEqual((await request(`${base}/profiles/import?replace=true`, toml(file))).status, 200);
  deepStrictEqual(config.profiles(), before);
});

Deno.test("createApp(): a backup leads back", async () => {
  const { config, request } = site(await lived());
  const before = config.view();
  const { id } = await (await request(`${base}/backups`, post({ name: "good" }))).json();
  strictEqual((await request(`${base}/backups`, post({ name: "good" }))).status, 409);
  await request(`${base}/overrides`, set({ "logging.level": "error" }));
  deepStrictEqual(await (await request(`${base}/backups/${id}/restore`, post())).json(), before);
});

/** Every way to change something; each is right where changing is allowed. */
const changes: readonly (readonly [path: string, init: object])[] = [
  [`${base}/overrides`, set({ "server.port": 8081 })],
  [`${base}/profiles/new`, put({})],
  [`${base}/profiles/storage`, remove],
  [`${base}/profiles/switch`, post({ name: "camping" })],
  [`${base}/profiles/import`, toml(winter)],
  [`${base}/backups`, post({ name: "trip" })],
  [`${base}/backups/${id}/restore`, post()],
  [`${base}/backups/${id}`, remove],
];

Deno.test("createApp(): foreign pages change nothing of the configuration", async () => {
  const { config, request } = site(await lived());
  const before = [config.view(), config.profiles(), await config.backups()];
  for (const [path, init] of changes) {
    const headers = { ...("headers" in init ? init.headers as object : {}), origin: "http://evil.example" };
    const response = await request(path, { ...init, headers });
    strictEqual(response.status, 403, path);
    await response.body?.cancel();
  }
  deepStrictEqual([config.view(), config.profiles(), await config.backups()], before);
});

Deno.test("createApp(): no answer about the configuration carries a secret, nor what somebody tried to plant", async () => {
  const { request } = site(await lived());
  const tried = "tried-to-plant-this";
  const planted = { "security.secret_key": tried, "notifications.smtp.password": tried, "server.port": tried };
  const requests: (readonly [string, object])[] = [
    ...table.map(([, path, init]) => [path, init] as const),
    ...changes,
    [`${base}/overrides`, set(planted)],
    [`${base}/overrides`, set({ "a.b": { "__proto__": tried, x: tried } })],
    [`${base}/profiles/sly`, put({ overrides: planted })],
    [`${base}/profiles/import`, toml(`[profile]\nname = "sly"\n[overrides]\n"security.secret_key" = "${tried}"\n`)],
    ...["/settings", "/settings/configuration", "/settings/profiles"].map((path) =>
      [path, { headers: { accept: "text/html" } }] as const
    ),
  ];
  for (const [path, init] of requests) {
    const response = await request(path, init);
    const text = `${await response.text()} ${[...response.headers]}`;
    for (const secret of [plantedSecret, tried]) ok(!text.includes(secret), `${path} shows ${secret}`);
  }
  ok(requests.length > 90);
});

Deno.test("createApp(): where there is no configuration every address says why", async () => {
  const { request } = site(new AbsentConfig("its folder cannot be read"));
  for (const [path, init] of [[base, {}], [`${base}/profiles`, {}], [`${base}/backups`, {}], ...changes] as const) {
    const response = await request(path, init);
    strictEqual(response.status, 503, path);
    match(await response.text(), /its folder cannot be read/);
  }
});
