import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeAccounts } from "../../tests/fixtures/fake_accounts.ts";
import { FakeSystemServices } from "../../tests/fixtures/fake_system_services.ts";
import type { AuditNote } from "../core/mod.ts";
import { accessTable } from "./access_table.ts";
import { type Asked, type AuditWords, whatWasAsked } from "./audit_answer.ts";

const host = "127.0.0.1:8080";

/** The site, and what its record was told. */
function site() {
  const notes: AuditNote[] = [];
  const system = new FakeSystemServices();
  system.note = (note) => void notes.push(note as AuditNote);
  const app = testApp({ accounts: new FakeAccounts(), system });
  return {
    notes,
    system,
    async ask(method: string, path: string, { as = "owner", body = "{}", type = "application/json" } = {}) {
      const hasBody = method === "POST" || method === "PUT";
      const headers = {
        host,
        ...(as === "" ? {} : { cookie: `as=${as}` }),
        ...(hasBody ? { "content-type": type } : {}),
      };
      const request = new Request(`http://${host}${path}`, { method, headers, ...(hasBody ? { body } : {}) });
      const response = await app.fetch(request, { remoteAddress: "192.168.8.21" });
      await response.body?.cancel();
      return response.status;
    },
  };
}

function example(path: string): string {
  return path.replaceAll(/:\w+\{\.\+\}/g, "entities/living_ceiling").replaceAll(/:\w+/g, "living_ceiling");
}

Deno.test("accessTable says of every way in that changes something how it comes into the record", () => {
  const changing = accessTable.filter(([method]) => method !== "GET");
  for (const [method, path, , answer] of changing) {
    ok(answer !== undefined, `${method} ${path} has an answer`);
    const words = "notedBy" in answer ? answer.notedBy : answer.what;
    ok(/^[A-Z{]/.test(words) && words.length > 10, `${method} ${path} says "${words}"`);
  }
});

for (const [method, path, , answer] of accessTable) {
  if (method === "GET" || !answer || "notedBy" in answer) continue;
  Deno.test(`auditTrail() notes ${method} ${path} with who, from where, what and the outcome`, async () => {
    const { ask, notes } = site();
    const status = await ask(method, example(path));
    const seen = notes.splice(0);
    if (status < 400 && answer.doneNotedBy !== undefined) deepStrictEqual(seen, []);
    else {
      const [note, ...others] = seen;
      deepStrictEqual(others, []);
      deepStrictEqual([note?.actor, note?.address, note?.action], ["the owner", "192.168.8.21", answer.action]);
      strictEqual(note?.outcome, status < 400 ? "done" : status < 500 ? "refused" : "failed");
      strictEqual(note.reasons.length > 0, status >= 400, "who is refused is told why, and so is the record");
      ok(!note.what.includes("{") && note.what.length > 5, note.what);
    }
    if ((await ask(method, example(path), { as: "lookToken" })) === 403) {
      strictEqual(notes[0]?.outcome, "refused");
      deepStrictEqual(notes[0].reasons, ["Cannot do this with your account: ask the owner."]);
    }
  });
}

Deno.test("auditTrail() notes nothing of strangers, of what only reads, and of what leads nowhere", async () => {
  const { ask, notes } = site();
  strictEqual(await ask("PUT", "/api/config/overrides", { as: "" }), 401);
  strictEqual(await ask("DELETE", "/api/config/backups/a", { as: "revoked" }), 401);
  strictEqual(await ask("GET", "/api/config"), 200);
  strictEqual(await ask("POST", "/api/nothing"), 405);
  strictEqual(await ask("DELETE", "/api/config"), 405);
  deepStrictEqual(notes, []);
});

Deno.test("auditTrail() names the keys of settings, and never what they are set to", async () => {
  const { ask, notes } = site();
  const body = JSON.stringify({ values: { "notifications.smtp.password": "hunter2-hunter2", "server.port": 8081 } });
  await ask("PUT", "/api/config/overrides", { body });
  strictEqual(notes[0]?.what, "Settings notifications.smtp.password, server.port: change");
  ok(!JSON.stringify(notes).includes("hunter2"));
});

Deno.test("auditTrail() tells devices, features and the whole coach by their names", async () => {
  const { ask, notes } = site();
  const json = (value: unknown) => ({ body: JSON.stringify(value) });
  await ask("PUT", "/api/features/mqtt", json({ enabled: false }));
  await ask("POST", "/api/safety/stop", json({ what: "motion" }));
  await ask("POST", "/api/safety/stop", json({ what: "lights" }));
  await ask("POST", "/api/coach/reset", json({ entityId: "living_ceiling", confirm: false }));
  await ask("POST", "/api/coach/reset", json({ confirm: false }));
  await ask("POST", "/api/entities/living_ceiling/commands", json({ command: 1 }));
  deepStrictEqual(notes.map(({ what, outcome }) => [what, outcome]), [
    ["Feature MQTT: off", "done"],
    ["Everything that moves: stop", "done"],
    ["All lights: off", "done"],
    ["Ceiling (Living room): back to what the factory says", "refused"],
    ["The whole coach: back to what the factory says", "refused"],
    ["Ceiling (Living room): what cannot be read", "refused"],
  ]);
});

Deno.test("auditTrail() notes what fails inside the program, without a word of what is inside", async () => {
  const { ask, notes, system } = site();
  system.stopEverything = () => Promise.reject(new Error("secret inner words"));
  strictEqual(await ask("POST", "/api/safety/stop", { body: '{"what":"motion"}' }), 500);
  deepStrictEqual([notes[0]?.outcome, notes[0]?.reasons], [
    "failed",
    ["Something went wrong inside CoachIQ. The log says what."],
  ]);
});

Deno.test("whatWasAsked() takes names from the path, then the body, then the query, and keeps lines whole", () => {
  const words: AuditWords = { entity: () => undefined, feature: () => undefined, stop: () => undefined };
  const say = (what: string, asked: Partial<Asked>) =>
    whatWasAsked(what, { asked: { path: {}, body: undefined, query: undefined, ...asked }, words });
  strictEqual(say("{a}", { path: { a: "path" }, body: { a: "body" } }), "path");
  strictEqual(say("{a}", { body: { a: "body" }, query: { a: "query" } }), "body");
  strictEqual(say("{a|none}", { body: { a: null }, query: [] }), "none");
  strictEqual(say("{a}", {}), "what cannot be read");
  strictEqual(say("{a as entity}", { path: { a: "gone" } }), "gone");
  strictEqual(say("{a}", { path: { a: `x\n${"y".repeat(500)}` } }).length, 120);
  ok(!say("{a}", { path: { a: "x\ny\u0000z" } }).includes("\n"));
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, "v"]));
  strictEqual(say("{a}", { body: { a: many } }), "k0, k1, k2, k3, k4, k5, k6, k7 and 2 more");
});
