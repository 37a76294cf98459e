import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeCoachServices } from "../../tests/fixtures/fake_coach_services.ts";
import { unmappedLight } from "../../tests/fixtures/fake_mapping.ts";
import { AbsentCoach } from "./absent_coach.ts";
import type { CoachServices } from "./coach_services.ts";

const host = "127.0.0.1:8080";
const origin = { remoteAddress: "192.168.8.21" };

function site() {
  const coach = new FakeCoachServices();
  return { coach, request: requestsTo(coach) };
}

function requestsTo(coach: CoachServices) {
  const app = testApp({ coach });
  return async (path: string, init: RequestInit & { readonly json?: unknown } = {}) => {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set("host", host);
    if (json !== undefined) headers.set("content-type", "application/json");
    const body = json === undefined ? rest.body : JSON.stringify(json);
    const options = { ...rest, headers, ...(body === undefined ? {} : { body }) };
    return await app.fetch(new Request(`http://${host}${path}`, options), origin);
  };
}

const base = "/api/coach";
const sofa = `${base}/mappings/entities/living_sofa`;
const post = (json: unknown) => ({ method: "POST", json });
const put = (json: unknown) => ({ method: "PUT", json });
const gone = { method: "DELETE" };
const file = (type: string, body: BodyInit = "id: my_coach\n") => ({
  method: "POST",
  body,
  headers: { "content-type": type },
});
const text = (json: string, method = "POST") => ({
  method,
  body: json,
  headers: { "content-type": "application/json" },
});
const rename = { op: "replace", path: "/entities/living_sofa/name", value: "Couch" };
const deep = JSON.parse("[".repeat(40) + "]".repeat(40));
const tryLight = { definition: unmappedLight, command: "turnOn" };

type Row = readonly [what: string, path: string, init: object, status: number, says: RegExp];

const reading: readonly Row[] = [
  ["GET models answers", `${base}/models`, {}, 200, /"id":"generic_rv".*"updateAvailable":false/],
  ["GET status answers", `${base}/status`, {}, 200, /"version":2,.*"shippedVersion":3,"updateAvailable":true/],
  ["GET preview answers of the model in use", `${base}/preview`, {}, 200, /"fromVersion":2,"toVersion":3,"token"/],
  ["GET preview answers of another", `${base}/preview?model=generic_rv`, {}, 200, /"fromVersion":null/],
  ["GET preview knows no such model", `${base}/preview?model=nope`, {}, 404, /no model/],
  ["GET preview refuses what is no id", `${base}/preview?model=../../etc/passwd`, {}, 422, /id of a model/],
  ["GET preview refuses unknown keys", `${base}/preview?models=a`, {}, 422, /models/],
  ["GET mappings answers", `${base}/mappings`, {}, 200, /"id":"living_slide_strip".*"removed":true.*"kinds":\{"light"/],
  ["GET history answers", `${base}/history?limit=5`, {}, 200, /^\[\]$/],
  ["GET history refuses too many", `${base}/history?limit=501`, {}, 422, /limit/],
  ["GET history refuses words", `${base}/history?limit=all`, {}, 422, /limit/],
  ["GET export answers YAML", `${base}/export?format=yaml`, {}, 200, /^id: entegra/],
  ["GET export answers a patch", `${base}/export?format=patch`, {}, 200, /^\[\{"op"/],
  ["GET export knows two formats", `${base}/export?format=xml`, {}, 422, /format/],
  ["GET discovery answers", `${base}/discovery`, {}, 200, /"unmapped":\[\{"key":"can0:9C:DC_DIMMER_STATUS_3:27"/],
  ["GET listen answers", `${base}/discovery/listen`, {}, 200, /"listening":false,"remainingMs":0,"moved":\[\]/],
];

const changing: readonly Row[] = [
  ["POST import imports", `${base}/import`, post({ modelId: "generic_rv" }), 200, /^\{"batchId":1\}$/],
  [
    "POST import takes choices",
    `${base}/import`,
    post({ modelId: "generic_rv", choices: { "/areas/living": "theirs" } }),
    200,
    /1/,
  ],
  ["POST import knows no such model", `${base}/import`, post({ modelId: "nope" }), 404, /no model/],
  [
    "POST import refuses an old token",
    `${base}/import`,
    post({ modelId: "generic_rv", token: "old" }),
    409,
    /changed since/,
  ],
  ["POST import wants a model", `${base}/import`, post({}), 422, /modelId/],
  ["POST import refuses unknown keys", `${base}/import`, post({ modelId: "generic_rv", force: true }), 422, /force/],
  [
    "POST import refuses other choices",
    `${base}/import`,
    post({ modelId: "generic_rv", choices: { "/a/b": "both" } }),
    422,
    /mine or theirs/,
  ],
  [
    "POST import refuses choices that are no paths",
    `${base}/import`,
    post({ modelId: "generic_rv", choices: { name: "mine" } }),
    422,
    /expected a path/,
  ],
  [
    "POST import refuses __proto__ among the choices",
    `${base}/import`,
    text('{"modelId":"generic_rv","choices":{"/__proto__/a":"mine"}}'),
    422,
    /__proto__/,
  ],
  ["POST import wants JSON", `${base}/import`, file("text/yaml"), 415, /application\/json/],
  ["POST import refuses a long body", `${base}/import`, post({ modelId: "x".repeat(300_000) }), 413, /262144/],
  ["POST upload takes text/yaml", `${base}/upload`, file("text/yaml"), 201, /"id":"my_coach".*"custom":true/],
  ["POST upload takes application/yaml", `${base}/upload`, file("application/yaml; charset=utf-8"), 201, /my_coach/],
  [
    "POST upload says each thing that is wrong",
    `${base}/upload`,
    file("text/yaml", "name: x\n"),
    422,
    /"errors":\["Line 1, column 1.*did you mean name/,
  ],
  ["POST upload refuses nothing", `${base}/upload`, { method: "POST" }, 400, /empty/],
  [
    "POST upload refuses what is no text",
    `${base}/upload`,
    file("text/yaml", new Uint8Array([0x69, 0xff, 0xfe, 0])),
    422,
    /UTF-8/,
  ],
  [
    "POST upload refuses too much",
    `${base}/upload`,
    file("text/yaml", "#".repeat(2 * 1024 * 1024 + 1)),
    413,
    /2097152/,
  ],
  ["POST upload refuses plain text", `${base}/upload`, file("text/plain"), 415, /text\/yaml/],
  ["POST upload refuses a form", `${base}/upload`, file("multipart/form-data"), 415, /text\/yaml/],
  ["POST reset resets one", `${base}/reset`, post({ entityId: "living_ceiling", confirm: true }), 200, /batchId/],
  ["POST reset resets all", `${base}/reset`, post({ confirm: true }), 200, /batchId/],
  ["POST reset needs consent", `${base}/reset`, post({ confirm: false }), 409, /consent/],
  ["POST reset wants to hear of consent", `${base}/reset`, post({}), 422, /confirm/],
  [
    "POST reset refuses what is no id",
    `${base}/reset`,
    post({ entityId: "../x", confirm: true }),
    422,
    /id of an entity/,
  ],
  ["POST reset knows no such entity", `${base}/reset`, post({ entityId: "nope", confirm: true }), 404, /no entity/],
  ["POST undo knows no such change", `${base}/undo/7`, { method: "POST" }, 404, /no change 7/],
  ["POST undo refuses what is no number", `${base}/undo/..%2F1`, { method: "POST" }, 422, /no number of a change/],
  ["POST undo refuses long numbers", `${base}/undo/${"9".repeat(30)}`, { method: "POST" }, 422, /no number/],
  [
    "POST patch takes JSON Patch",
    `${base}/patch`,
    file("application/json-patch+json", JSON.stringify([rename])),
    200,
    /batchId/,
  ],
  ["POST patch takes JSON", `${base}/patch`, post([rename]), 200, /batchId/],
  ["POST patch refuses merge patches", `${base}/patch`, file("application/merge-patch+json", "{}"), 415, /json-patch/],
  ["POST patch refuses nothing to do", `${base}/patch`, post([]), 422, /Cannot read/],
  ["POST patch refuses other operations", `${base}/patch`, post([{ ...rename, op: "eval" }]), 422, /0\.op/],
  ["POST patch refuses unknown keys", `${base}/patch`, post([{ ...rename, force: 1 }]), 422, /force/],
  ["POST patch wants a value", `${base}/patch`, post([{ op: "add", path: "/areas/x" }]), 422, /add needs .*value/],
  ["POST patch wants a source", `${base}/patch`, post([{ op: "move", path: "/areas/x" }]), 422, /move needs .*from/],
  [
    "POST patch refuses the whole document",
    `${base}/patch`,
    post([{ op: "remove", path: "" }]),
    422,
    /expected a path/,
  ],
  [
    "POST patch refuses __proto__ paths",
    `${base}/patch`,
    post([{ ...rename, path: "/__proto__/polluted" }]),
    422,
    /__proto__/,
  ],
  [
    "POST patch refuses constructor paths",
    `${base}/patch`,
    post([{ ...rename, path: "/areas/constructor/prototype" }]),
    422,
    /constructor/,
  ],
  [
    "POST patch refuses hostile sources",
    `${base}/patch`,
    post([{ op: "copy", from: "/entities/__proto__", path: "/areas/x" }]),
    422,
    /__proto__/,
  ],
  [
    "POST patch refuses __proto__ in values",
    `${base}/patch`,
    text('[{"op":"add","path":"/areas/x","value":{"a":[{"__proto__":{}}]}}]'),
    422,
    /__proto__/,
  ],
  ["POST patch refuses deep values", `${base}/patch`, post([{ ...rename, value: deep }]), 422, /16 levels/],
  [
    "POST patch refuses a long body",
    `${base}/patch`,
    post([{ ...rename, value: "x".repeat(1_100_000) }]),
    413,
    /1048576/,
  ],
  ["POST patch refuses broken JSON", `${base}/patch`, text("[{"), 400, /JSON/],
  [
    "POST listen listens",
    `${base}/discovery/listen`,
    post({ durationMs: 5_000 }),
    200,
    /"listening":true,"remainingMs":5000/,
  ],
  ["POST listen refuses a blink", `${base}/discovery/listen`, post({ durationMs: 10 }), 422, /durationMs/],
  ["POST listen refuses for ever", `${base}/discovery/listen`, post({ durationMs: 60_001 }), 422, /durationMs/],
  ["POST try tries", `${base}/discovery/try`, post(tryLight), 200, /"outcome":"confirmed"/],
  [
    "POST try wants a definition",
    `${base}/discovery/try`,
    post({ ...tryLight, definition: "light" }),
    422,
    /expected an object/,
  ],
  ["POST try refuses lists", `${base}/discovery/try`, post({ ...tryLight, definition: [] }), 422, /expected an object/],
  [
    "POST try refuses __proto__",
    `${base}/discovery/try`,
    text('{"definition":{"__proto__":{}},"command":"turnOn"}'),
    422,
    /__proto__/,
  ],
  ["POST try wants a command", `${base}/discovery/try`, post({ definition: {} }), 422, /command/],
];

const paths: readonly Row[] = [
  ["PUT mapping changes a field", `${sofa}/name`, put({ value: "Couch" }), 200, /batchId/],
  ["PUT mapping says what is wrong", `${sofa}/name`, put({ value: 7 }), 422, /"errors":\["living_sofa, name/],
  ["PUT mapping wants a value", `${sofa}/name`, put({ reason: "tidy" }), 422, /expected a value/],
  ["PUT mapping refuses unknown keys", `${sofa}/name`, put({ value: "x", actor: "me" }), 422, /actor/],
  ["PUT mapping refuses long reasons", `${sofa}/name`, put({ value: "x", reason: "x".repeat(301) }), 422, /reason/],
  ["PUT mapping refuses __proto__ in values", sofa, text('{"value":{"__proto__":{"a":1}}}', "PUT"), 422, /__proto__/],
  ["PUT mapping refuses deep values", sofa, put({ value: deep }), 422, /16 levels/],
  ["PUT mapping refuses a long body", sofa, put({ value: "x".repeat(300_000) }), 413, /262144/],
  ["PUT mapping wants JSON", sofa, { ...file("text/yaml"), method: "PUT" }, 415, /application\/json/],
  ["PUT mapping refuses ways back", `${base}/mappings/..%2F..%2Fetc%2Fpasswd`, put({ value: 1 }), 422, /lead back/],
  [
    "PUT mapping refuses __proto__ paths",
    `${base}/mappings/entities/__proto__/name`,
    put({ value: 1 }),
    422,
    /__proto__/,
  ],
  [
    "PUT mapping refuses escaped __proto__",
    `${base}/mappings/entities/%5f%5fproto%5f%5f`,
    put({ value: 1 }),
    422,
    /__proto__/,
  ],
  [
    "PUT mapping decodes once alone",
    `${base}/mappings/entities/%255f%255fproto%255f%255f`,
    put({ value: 1 }),
    422,
    /%5f%5fproto/,
  ],
  ["PUT mapping refuses broken escapes", `${base}/mappings/entities/%E0%A4%A`, put({ value: 1 }), 422, /escape/],
  ["PUT mapping refuses NUL", `${base}/mappings/entities/a%00b`, put({ value: 1 }), 422, /control characters/],
  ["PUT mapping refuses a lone tilde", `${base}/mappings/areas/a~2`, put({ value: 1 }), 422, /~0/],
  ["PUT mapping refuses empty parts", `${base}/mappings/areas//x`, put({ value: 1 }), 422, /empty/],
  ["PUT mapping refuses long paths", `${base}/mappings/areas/${"x".repeat(400)}`, put({ value: 1 }), 422, /300/],
  ["PUT mapping takes a slash in a name", `${base}/mappings/areas/bay~1left`, put({ value: "Bay" }), 200, /batchId/],
  ["DELETE mapping removes", `${sofa}?reason=not%20there`, gone, 200, /batchId/],
  ["DELETE mapping knows no such path", `${base}/mappings/entities/nope`, gone, 404, /Cannot change the mapping/],
  ["DELETE mapping refuses __proto__", `${base}/mappings/__proto__`, gone, 422, /__proto__/],
  ["DELETE mapping refuses unknown keys", `${sofa}?actor=me`, gone, 422, /actor/],
];

for (const [what, path, init, status, says] of [...reading, ...changing, ...paths]) {
  Deno.test(`createApp(): ${what}`, async () => {
    const response = await site().request(path, init);
    const body = await response.text();
    strictEqual(response.status, status, body);
    match(body, says);
    if (status < 400) return;
    strictEqual(response.headers.get("content-type"), "application/problem+json");
    strictEqual(JSON.parse(body).status, status);
    strictEqual(({} as Record<string, unknown>)["polluted"], undefined);
  });
}

Deno.test("createApp(): who changed the mapping and why is in its history, and a change is taken back", async () => {
  const { coach, request } = site();
  const before = coach.mappings();
  const changed = await request(`${sofa}/name`, put({ value: "Couch", reason: "It is one" }));
  deepStrictEqual(await changed.json(), { batchId: 1 });
  const [batch] = await (await request(`${base}/history`)).json();
  deepStrictEqual([batch.actor, batch.reason, batch.changes], ["192.168.8.21", "It is one", [
    { path: "/entities/living_sofa/name", before: "Sofa accent", after: "Couch" },
  ]]);
  deepStrictEqual(await (await request(`${base}/undo/1`, { method: "POST" })).json(), { batchId: 2 });
  deepStrictEqual(coach.mappings(), before);
  strictEqual((await request(`${base}/undo/1`, { method: "POST" })).status, 409);
});

Deno.test("createApp(): a mapping that may not be changed refuses every change, with the reason", async () => {
  const { coach, request } = site();
  coach.readOnlyBecause = "This server has no accounts.";
  const changes: readonly (readonly [string, object])[] = [
    [`${base}/import`, post({ modelId: "generic_rv" })],
    [`${base}/upload`, file("text/yaml")],
    [`${base}/reset`, post({ confirm: true })],
    [`${base}/patch`, post([rename])],
    [`${base}/undo/1`, { method: "POST" }],
    [`${base}/discovery/try`, post(tryLight)],
    [`${sofa}/name`, put({ value: "Couch" })],
    [sofa, gone],
  ];
  for (const [path, init] of changes) {
    const response = await request(path, init);
    strictEqual(response.status, 409, path);
    deepStrictEqual((await response.json()).errors, ["This server has no accounts."]);
  }
  deepStrictEqual([coach.history(10), coach.tried], [[], []]);
  strictEqual((await request(`${base}/mappings`)).status, 200);
});

Deno.test("createApp(): foreign pages change nothing of the mapping", async () => {
  const { coach, request } = site();
  const headers = { origin: "http://evil.example" };
  const changes = [
    [`${base}/patch`, post([rename])],
    [`${sofa}/name`, put({ value: "Couch" })],
    [sofa, gone],
    [`${base}/undo/1`, { method: "POST" }],
  ] as const;
  for (const [path, init] of changes) {
    const response = await request(path, { ...init, headers });
    strictEqual(response.status, 403);
    await response.body?.cancel();
  }
  deepStrictEqual(coach.history(10), []);
});

Deno.test("createApp(): exports are downloads with a name that tells model and day", async () => {
  const { request } = site();
  for (
    const [format, type, ending] of [["yaml", "application/yaml", "yml"], [
      "patch",
      "application/json-patch+json",
      "patch\\.json",
    ]]
  ) {
    const { headers, body } = await request(`${base}/export?format=${format}`);
    ok(headers.get("content-type")?.startsWith(type!));
    const name = new RegExp(`^attachment; filename="coachiq-entegra_aspire_44r-\\d{4}-\\d\\d-\\d\\d\\.${ending}"$`);
    match(headers.get("content-disposition") ?? "", name);
    await body?.cancel();
  }
});

Deno.test("createApp(): an export is patched onto the factory's model by what it is", async () => {
  const { coach, request } = site();
  const edits = await (await request(`${base}/export?format=patch`)).json();
  const mine = coach.mappings();
  await (await request(`${base}/reset`, post({ confirm: true }))).body?.cancel();
  const answer = await request(`${base}/patch`, file("application/json-patch+json", JSON.stringify(edits)));
  strictEqual(answer.status, 200, await answer.text());
  deepStrictEqual(coach.mappings(), mine);
});

Deno.test("createApp(): the word that the coach is parked goes with the trial of an output", async () => {
  const { coach, request } = site();
  coach.tryOutcome = "refused";
  const answer = await (await request(`${base}/discovery/try`, post({ ...tryLight, parked: true }))).json();
  deepStrictEqual([answer.outcome, answer.reasons], ["refused", ["The coach is driving."]]);
  const asker = { actor: "192.168.8.21", address: "192.168.8.21", clientId: "192.168.8.21" };
  deepStrictEqual(coach.tried, [{ definition: unmappedLight, command: "turnOn", parked: true, ...asker }]);
});

Deno.test("createApp(): /api/openapi.json names the path of a mapping as people write it", async () => {
  const { request } = site();
  const { paths } = await (await request("/api/openapi.json")).json();
  deepStrictEqual(Object.keys(paths[`${base}/mappings/{path}`]), ["put", "delete"]);
  strictEqual(Object.keys(paths).filter((path) => path.startsWith(base)).length, 15);
});

Deno.test("createApp(): without a mapping its pages say why, and the settings lead everywhere else", async () => {
  const request = requestsTo(new AbsentCoach("the database is being repaired"));
  const page = async (path: string) => await request(path, { headers: { accept: "text/html" } });
  const settings = await page("/settings");
  strictEqual(settings.status, 200);
  match(await settings.text(), /Coach.*Does not answer/);
  for (const path of ["", "/preview", "/mapping", "/mapping/living_sofa", "/add", "/discovery", "/history"]) {
    const answer = await page(`/settings/coach${path}`);
    strictEqual(answer.status, 503, path);
    match(await answer.text(), /the database is being repaired/);
  }
  strictEqual((await (await request(`${base}/mappings`)).json()).status, 503);
});

Deno.test("createApp(): a page of the coach for what is not there is 404, and names cannot break out of it", async () => {
  const { coach, request } = site();
  const page = async (path: string) => await request(path, { headers: { accept: "text/html" } });
  for (const path of ["/mapping/nope", "/mapping/..%2f..%2fetc", "/preview?model=nope"]) {
    const answer = await page(`/settings/coach${path}`);
    strictEqual(answer.status, 404, path);
    await answer.body?.cancel();
  }
  const author = { actor: "test", reason: "<script>alert(1)</script>" };
  coach.put("/entities/living_sofa/name", '</script><script>alert("x")</script>', author);
  for (const path of ["/mapping", "/mapping/living_sofa", "/history", "/discovery", "/preview"]) {
    ok(!(await (await page(`/settings/coach${path}`)).text()).includes("<script>alert"), path);
  }
});
