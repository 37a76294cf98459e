import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeDatabase } from "../../tests/fixtures/fake_database.ts";
import { manualBackupId, newestBackupId } from "../../tests/fixtures/fake_records.ts";

const host = "127.0.0.1:8080";
const origin = { remoteAddress: "192.168.8.21" };

function site() {
  const database = new FakeDatabase();
  const app = testApp({ database });
  const request = async (path: string, init: RequestInit & { readonly json?: unknown } = {}) => {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set("host", host);
    if (json !== undefined) headers.set("content-type", "application/json");
    const body = json === undefined ? rest.body : JSON.stringify(json);
    const options = { ...rest, headers, ...(body === undefined ? {} : { body }) };
    return await app.fetch(new Request(`http://${host}${path}`, options), origin);
  };
  return { database, request };
}

const base = "/api/database";
const consent = { confirm: true, parked: true };
const post = (json?: unknown) => ({ method: "POST", ...(json === undefined ? {} : { json }) });
const file = (type: string, body: BodyInit = "SQLite format 3\0") => ({
  method: "POST",
  body,
  headers: { "content-type": type },
});
const sofa = "/api/entities/living_sofa";
const noJob = "3f0c5d34-2f6b-4f0e-9a52-000000000000";

/** Path, request, status of the answer, and what its body says. */
const table: readonly (readonly [what: string, path: string, init: object, status: number, says: RegExp])[] = [
  ["GET status answers", `${base}/status`, {}, 200, /"needsUpdate":true,"pending":\[\{"name":"0004_backups"/],
  ["GET status takes the word", `${base}/status?parked=true`, {}, 200, /"safe":true/],
  ["GET status refuses another word", `${base}/status?parked=perhaps`, {}, 422, /parked/],
  ["GET status refuses unknown keys", `${base}/status?actor=me`, {}, 422, /actor/],
  ["POST update begins", `${base}/update`, post(consent), 202, /^\{"jobId":"[0-9a-f-]{36}"\}$/],
  ["POST update needs consent", `${base}/update`, post({ confirm: false }), 409, /needs your consent/],
  ["POST update wants to hear of consent", `${base}/update`, post({ parked: true }), 422, /confirm/],
  ["POST update refuses unknown keys", `${base}/update`, post({ ...consent, force: true }), 422, /force/],
  ["POST update refuses words for consent", `${base}/update`, post({ confirm: "yes" }), 422, /confirm/],
  ["POST update refuses a long body", `${base}/update`, post({ confirm: true, x: "x".repeat(5_000) }), 413, /4096/],
  ["POST update wants JSON", `${base}/update`, file("text/plain", "confirm"), 415, /application\/json/],
  ["POST update refuses broken JSON", `${base}/update`, file("application/json", "{"), 400, /JSON/],
  ["GET progress knows no such job", `${base}/update/${noJob}/progress`, {}, 404, /There is no job/],
  ["GET progress refuses what is no id", `${base}/update/..%2Fstatus/progress`, {}, 422, /no id of a job/],
  ["POST simulate begins", `${base}/simulate`, post(), 202, /jobId/],
  ["GET history answers the runs", `${base}/history`, {}, 200, /^\[\{"actor".*"outcome":"failed"/],
  ["GET writes answers", `${base}/writes`, {}, 200, /"cause":"entityStates"/],
  ["GET backups answers", `${base}/backups`, {}, 200, new RegExp(newestBackupId)],
  ["POST backups begins", `${base}/backups`, post({}), 202, /jobId/],
  ["DELETE backup deletes", `${base}/backups/${manualBackupId}`, { method: "DELETE" }, 204, /^$/],
  ["DELETE backup keeps the newest", `${base}/backups/${newestBackupId}`, { method: "DELETE" }, 409, /newest/],
  ["DELETE backup refuses what is no id", `${base}/backups/..%2F..%2Fetc`, { method: "DELETE" }, 422, /no id of a/],
  ["POST verify begins", `${base}/backups/${manualBackupId}/verify`, post(), 202, /jobId/],
  ["POST verify knows no such backup", `${base}/backups/${unknown()}/verify`, post(), 404, /There is no backup/],
  ["POST verify refuses what is no id", `${base}/backups/x/verify`, post(), 422, /no id of a backup/],
  ["GET file answers the database", `${base}/backups/${manualBackupId}/file`, {}, 200, /^SQLite format 3\0$/],
  ["GET file knows no such backup", `${base}/backups/${unknown()}/file`, {}, 404, /There is no backup/],
  ["GET file refuses what is no id", `${base}/backups/%2e%2e%2fcoachiq.db/file`, {}, 422, /no id of a backup/],
  ["POST upload takes bytes", `${base}/backups/upload`, file("application/octet-stream"), 202, /jobId/],
  ["POST upload takes SQLite", `${base}/backups/upload`, file("application/vnd.sqlite3"), 202, /jobId/],
  ["POST upload refuses a form", `${base}/backups/upload`, file("multipart/form-data"), 415, /octet-stream/],
  ["POST upload refuses nothing", `${base}/backups/upload`, post(), 400, /empty/],
  [
    "POST upload refuses too much by its length",
    `${base}/backups/upload`,
    {
      ...file("application/octet-stream"),
      headers: { "content-type": "application/octet-stream", "content-length": "2000000000" },
    },
    413,
    /1073741824/,
  ],
  ["POST restore begins", `${base}/restore/${manualBackupId}`, post(consent), 202, /jobId/],
  ["POST restore needs consent", `${base}/restore/${manualBackupId}`, post({ confirm: false }), 409, /consent/],
  ["POST restore knows no such backup", `${base}/restore/${unknown()}`, post(consent), 404, /There is no backup/],
  ["POST restore refuses what is no id", `${base}/restore/..%2f`, post(consent), 422, /no id of a backup/],
  ["POST reset begins", `${base}/reset`, post({ scope: "states", ...consent }), 202, /jobId/],
  ["POST reset knows three scopes", `${base}/reset`, post({ scope: "coach", ...consent }), 422, /scope/],
  ["POST reset needs consent", `${base}/reset`, post({ scope: "all", confirm: false }), 409, /consent/],
  ["GET user-data answers the archive", `${base}/user-data`, {}, 200, /^archive$/],
  ["POST user-data takes it", `${base}/user-data?confirm=true`, file("application/gzip", "archive"), 204, /^$/],
  ["POST user-data needs consent", `${base}/user-data`, file("application/gzip", "archive"), 409, /confirmed/],
  ["POST user-data refuses another", `${base}/user-data?confirm=true`, file("application/gzip", "x"), 422, /archive/],
  ["POST user-data refuses nothing", `${base}/user-data?confirm=true`, post(), 400, /empty/],
  ["POST user-data refuses JSON", `${base}/user-data?confirm=true`, post({}), 415, /gzip/],
  ["GET entity history answers", `${sofa}/history?signal=brightnessPct&points=10`, {}, 200, /"points":\[\{"at"/],
  ["GET entity history takes days", `${sofa}/history?signal=on&from=-30d`, {}, 200, /"changes":\[\{"at"/],
  ["GET entity history wants a signal", `${sofa}/history`, {}, 422, /signal/],
  ["GET entity history knows what is not kept", `${sofa}/history?signal=location`, {}, 404, /Nothing is kept/],
  ["GET entity history knows no such entity", "/api/entities/nope/history?signal=on", {}, 404, /Nothing is kept/],
  ["GET entity history refuses odd times", `${sofa}/history?signal=on&from=yesterday`, {}, 422, /from/],
  ["GET entity history refuses too many points", `${sofa}/history?signal=on&points=9999`, {}, 422, /points/],
  [
    "GET entity history goes forward",
    `${sofa}/history?signal=on&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z`,
    {},
    422,
    /from before to/,
  ],
  ["GET entity CSV answers", `${sofa}/history.csv?signal=brightnessPct`, {}, 200, /^time,min,max,avg\r\n/],
  ["GET entity CSV knows what is not kept", `${sofa}/history.csv?signal=location`, {}, 404, /Nothing is kept/],
  ["GET entity CSV refuses points", `${sofa}/history.csv?signal=on&points=5`, {}, 422, /points/],
];

function unknown(): string {
  return "20200101T000000Z-manual-0000";
}

for (const [what, path, init, status, says] of table) {
  Deno.test(`createApp(): ${what}`, async () => {
    const response = await site().request(path, init);
    const text = await response.text();
    strictEqual(response.status, status, text);
    match(text, says);
    if (status < 400) return;
    strictEqual(response.headers.get("content-type"), "application/problem+json");
    strictEqual(JSON.parse(text).status, status);
  });
}

Deno.test("createApp(): one job at a time, and a second request is told which", async () => {
  const { database, request } = site();
  const { jobId } = await (await request(`${base}/update`, post(consent))).json();
  for (const path of ["update", "simulate", "backups", `restore/${manualBackupId}`]) {
    const response = await request(`${base}/${path}`, post(consent));
    const problem = await response.json();
    strictEqual(response.status, 409, path);
    strictEqual(problem.jobId, jobId);
    match(problem.errors[0], /Another job/);
  }
  database.go({ step: "copy", percent: 45, message: "Copying." });
  const progress = await (await request(`${base}/update/${jobId}/progress`)).json();
  deepStrictEqual(progress, {
    jobId,
    kind: "update",
    state: "running",
    step: "copy",
    percent: 45,
    message: "Copying.",
  });
});

Deno.test("createApp(): what is unsafe is refused with every reason, and the owner's word clears its own", async () => {
  const { database, request } = site();
  database.chassisUnknown = true;
  database.reasons = ["Somebody else used a control just now. Try again in 12 s."];
  const refused = await (await request(`${base}/update`, post({ confirm: true }))).json();
  strictEqual(refused.errors.length, 2);
  strictEqual(refused.jobId, undefined);
  database.reasons = [];
  strictEqual((await request(`${base}/update`, post({ confirm: true }))).status, 409);
  strictEqual((await request(`${base}/update`, post(consent))).status, 202);
  const phone = { actor: "192.168.8.21", clientId: "192.168.8.21" };
  deepStrictEqual(database.requests, [{ what: "update", ...phone, confirm: true, parked: true }]);
});

Deno.test("createApp(): a backup is downloaded under its name, with its length and as it is", async () => {
  const { request } = site();
  const path = `${base}/backups/${manualBackupId}/file`;
  for (const method of ["GET", "HEAD"]) {
    const { headers, body } = await request(path, { method, headers: { "accept-encoding": "gzip, br" } });
    strictEqual(headers.get("content-disposition"), `attachment; filename="coachiq-${manualBackupId}.db"`);
    strictEqual(headers.get("content-length"), "16");
    strictEqual(headers.get("content-encoding"), null);
    strictEqual(headers.get("x-content-type-options"), "nosniff");
    await body?.cancel();
  }
});

Deno.test("createApp(): the name of a CSV file cannot break its header", async () => {
  const { request } = site();
  const response = await request(`${sofa}/history.csv?signal=${encodeURIComponent('"\r\nx: y Pct')}`);
  await response.body?.cancel();
  strictEqual(response.headers.get("x"), null);
  strictEqual(response.headers.get("content-disposition"), 'attachment; filename="living_sofa-___x__y_Pct.csv"');
});

Deno.test("createApp(): an upload is answered when its file was read", async () => {
  const { database, request } = site();
  const bytes = new Uint8Array(300_000).fill(7);
  const response = await request(`${base}/backups/upload`, file("application/octet-stream", bytes));
  strictEqual(response.status, 202);
  await response.body?.cancel();
  deepStrictEqual(database.uploads, [bytes]);
});

Deno.test("createApp(): an upload whose job gives up without reading is answered too", async () => {
  const { database, request } = site();
  database.upload = async () => {
    const started = await database.backup();
    database.go({ state: "failed", message: "The disk is full." });
    return started;
  };
  const response = await request(`${base}/backups/upload`, file("application/octet-stream"));
  strictEqual(response.status, 202);
  await response.body?.cancel();
});

Deno.test("createApp(): foreign pages change nothing of the database", async () => {
  const { database, request } = site();
  const headers = { origin: "http://evil.example" };
  for (const [path, init] of [["update", post(consent)], ["reset", post({ scope: "all", ...consent })]] as const) {
    const response = await request(`${base}/${path}`, { ...init, headers });
    strictEqual(response.status, 403);
    await response.body?.cancel();
  }
  const upload = await request(`${base}/backups/upload`, {
    ...file("application/octet-stream"),
    headers: { ...headers, "content-type": "application/octet-stream" },
  });
  strictEqual(upload.status, 403);
  await upload.body?.cancel();
  deepStrictEqual([database.requests, database.uploads], [[], []]);
});

Deno.test("createApp(): pages are shown when the storage does not answer", async () => {
  const { database, request } = site();
  database.status = () => Promise.reject(new Error("disk"));
  const response = await request("/", { headers: { accept: "text/html" } });
  strictEqual(response.status, 200);
  ok(!(await response.text()).includes("update is available"));
  const page = await request("/settings/database", { headers: { accept: "text/html" } });
  strictEqual(page.status, 503);
  match(await page.text(), /storage does not answer/);
});

Deno.test("createApp(): every page tells of an update that waits, until it is done", async () => {
  const { database, request } = site();
  const page = async (path: string) => await (await request(path, { headers: { accept: "text/html" } })).text();
  for (const path of ["/", "/entities", "/entities/living_sofa", "/can", "/settings", "/nope"]) {
    match(await page(path), /A database update is available/, path);
  }
  match(await page("/settings/database"), /An update is waiting/);
  database.needsUpdate = false;
  ok(!(await page("/")).includes("update is available"));
});

Deno.test("createApp(): what a power cut would take is in the status and on the page, where anything can be lost", async () => {
  const { database, request } = site();
  const page = async () => await (await request("/settings/database", { headers: { accept: "text/html" } })).text();
  strictEqual((await (await request(`${base}/status`)).json()).lossWindow, null);
  ok(!(await page()).includes("When the power goes"));
  database.lossWindow = { states: { ageS: 130, atMostS: 300 }, history: { ageS: 0, atMostS: 900 } };
  deepStrictEqual((await (await request(`${base}/status`)).json()).lossWindow, database.lossWindow);
  const html = await page();
  match(html, /When the power goes/);
  match(html, /copied every 5 min.*the last 2 min.*copied every 15 min.*nothing/s);
});
