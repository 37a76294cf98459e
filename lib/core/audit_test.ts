import assert from "node:assert/strict";
import { silentLogger } from "../base/mod.ts";
import { storeFixture } from "../../tests/suites/store_fixture.ts";
import { AlertBook } from "./alert_book.ts";
import { Audit, type AuditNote } from "./audit.ts";

const note: AuditNote = {
  actor: "Ann",
  address: "10.0.0.7",
  action: "command",
  what: "bedroom_ceiling: setLevel",
  outcome: "done",
  reasons: [],
};

Deno.test("Audit keeps who did what over a restart, a drag as one entry", async () => {
  await using fixture = await storeFixture({});
  const { store, clock } = fixture;
  await store.start();
  const audit = new Audit({ store, clock, logger: silentLogger });
  for (let i = 0; i < 20; i++) audit.note(note);
  audit.note({ ...note, outcome: "refused", reasons: ["The coach drives."] });
  clock.advance(1000);
  audit.note({ ...note, action: "edit", what: "x".repeat(2000) });
  audit.flush();
  await store.stop();
  const again = fixture.again();
  await again.start();
  const kept = new Audit({ store: again, clock, logger: silentLogger });
  const all = kept.list({ limit: 10 });
  assert.deepEqual(all.map(({ action, outcome, reasons }) => [action, outcome, reasons]), [
    ["edit", "done", []],
    ["command", "refused", ["The coach drives."]],
    ["command", "done", []],
  ]);
  assert.equal(all[0]?.what.length, 500);
  assert.equal(kept.list({ limit: 10, action: "edit" }).length, 1);
  assert.equal(kept.list({ limit: 10, before: all[1]?.id ?? 0 }).length, 1);
  await again.stop();
});

Deno.test("Audit waits while the database cannot be written, and keeps no more than its oldest entries allow", async () => {
  await using fixture = await storeFixture({});
  const { store, clock } = fixture;
  await store.start();
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
  const audit = new Audit({ store, clock, logger });
  store.database.pause("The database is being updated.");
  audit.note(note);
  clock.advance(1000);
  audit.flush();
  assert.deepEqual(errors, ["The record of changes cannot be written"]);
  store.database.resume();
  for (let i = 0; i < 2100; i++) audit.note({ ...note, what: `lamp_${i}` });
  audit.flush();
  assert.equal(audit.list({ limit: 5000 }).length, 2000);
  const many = Array.from({ length: 20_100 }, (_, i) => ({ ...note, atMs: i, what: `lamp_${i}` }));
  store.audit.add(many);
  assert.equal(store.audit.list({ limit: 50_000 }).length, 20_000);
  await store.stop();
  assert.equal(audit.flush(), undefined);
});

Deno.test("AlertBook raises, rewords and clears by id, tells, and remembers over a restart", async () => {
  await using fixture = await storeFixture({});
  const { store, clock } = fixture;
  await store.start();
  const book = new AlertBook({ store, clock, logger: silentLogger });
  book.start();
  const told: number[] = [];
  const unsubscribe = book.subscribe((active) => told.push(active.length));
  const low = { id: "feature.mqtt", priority: 3, what: "mqtt does not run", todo: "Wait." } as const;
  book.raise(low);
  book.raise(low);
  book.raise({ ...low, what: "mqtt does not run: no broker" });
  book.raise({ id: "core.hub", priority: 1, what: "The hub failed", todo: "Wait." });
  book.sync("can.", [{ id: "can.can0", priority: 2, what: "can0 is down", todo: "Bring it up." }]);
  assert.deepEqual(book.active().map(({ id }) => id), ["core.hub", "can.can0", "feature.mqtt"]);
  book.sync("can.", []);
  book.clear("core.hub");
  book.clear("core.hub");
  unsubscribe();
  assert.deepEqual(told, [1, 1, 2, 3, 2, 1]);
  await store.stop();
  const again = fixture.again();
  await again.start();
  const later = new AlertBook({ store: again, clock, logger: silentLogger });
  later.start();
  assert.deepEqual(later.active().map(({ id, what }) => [id, what]), [[
    "feature.mqtt",
    "mqtt does not run: no broker",
  ]]);
  assert.equal(later.history(10).length, 3);
  later.clear("feature.mqtt");
  assert.deepEqual(later.history(10).map(({ clearedAtMs }) => clearedAtMs !== undefined), [true, true, true]);
  await again.stop();
});

Deno.test("AlertBook keeps what it cannot write for later", async () => {
  await using fixture = await storeFixture({});
  const { store, clock } = fixture;
  await store.start();
  const errors: string[] = [];
  const book = new AlertBook({
    store,
    clock,
    logger: { ...silentLogger, error: (message) => void errors.push(message) },
  });
  store.database.pause("The database is being updated.");
  book.raise({ id: "a", priority: 2, what: "a", todo: "b" });
  book.raise({ id: "b", priority: 2, what: "a", todo: "b" });
  assert.equal(errors.length, 1);
  store.database.resume();
  book.flush();
  assert.equal(store.alerts.active().length, 2);
  await store.stop();
  book.clear("a");
  assert.equal(book.active().length, 1);
});

Deno.test("Audit notes no more than a hundred refusals of one actor in an hour, and everything else", async () => {
  await using fixture = await storeFixture({});
  const { store, clock } = fixture;
  await store.start();
  const audit = new Audit({ store, clock, logger: silentLogger });
  const refuse = (actor: string, what: string) => audit.note({ ...note, actor, what, outcome: "refused" });
  for (let i = 0; i < 300; i++) refuse("Guest", `backup_${i}`);
  refuse("Ann", "awning: extend");
  audit.note({ ...note, actor: "Guest" });
  const noted = audit.list({ limit: 1000 });
  assert.equal(noted.length, 103);
  assert.deepEqual(noted.slice(0, 3).map(({ actor, what }) => [actor, what]), [
    ["Guest", note.what],
    ["Ann", "awning: extend"],
    ["Guest", "more than the record has room for"],
  ]);
  clock.advance(3_600_000);
  refuse("Guest", "backup_301");
  assert.equal(audit.list({ limit: 1 })[0]?.what, "backup_301");
  await store.stop();
});
