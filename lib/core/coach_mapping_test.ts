import assert from "node:assert/strict";
import { asRead, mappingFixture, modelOf, refusalOf } from "../../tests/suites/mapping_fixture.ts";
import type { CoachModel, EntityDefinition } from "../coach/mod.ts";
import { consent } from "../../tests/suites/store_updater_fixture.ts";

const owner = { actor: "owner" };

/** The same model with some lights changed. */
function withLights(model: CoachModel, change: (light: EntityDefinition, i: number) => EntityDefinition): CoachModel {
  return { ...model, version: model.version + 1, entities: model.entities.map(change) };
}

Deno.test("CoachMapping.start() imports the first model once, and afterwards reads the database alone", async () => {
  await using fixture = await mappingFixture();
  const { mapping, store } = fixture;
  assert.deepEqual(mapping.effective(), asRead(modelOf(10)));
  const status = mapping.status();
  assert.equal(status.importedBy, "CoachIQ");
  assert.equal(status.version, 1);
  assert.deepEqual([status.entities, status.edits, status.unverified, status.updateAvailable], [10, 0, 10, false]);
  assert.equal(store.systemSettings.get("active_model"), "test_coach");
  assert.equal(store.systemSettings.get("base_model_hash"), status.hash);
  const rows = fixture.rows();
  await fixture.ship(modelOf(12, { version: 2 }));
  const again = await fixture.restart();
  assert.equal(again.effective().entities.length, 10, "not before it is imported");
  assert.equal(again.status().updateAvailable, true);
  assert.equal(again.status().shippedVersion, 2);
  assert.equal(fixture.rows(), rows);
  assert.equal(again.history(50).length, 1);
});

Deno.test("CoachMapping knows whether a model changed by its content, and offers no older one", async () => {
  await using fixture = await mappingFixture({ ships: [modelOf(3, { version: 5 })] });
  assert.equal(fixture.mapping.status().updateAvailable, false);
  await fixture.ship(modelOf(4, { version: 4 }));
  assert.equal((await fixture.restart()).status().updateAvailable, false, "an older program");
  await fixture.ship(modelOf(4, { version: 5 }));
  assert.equal((await fixture.restart()).status().updateAvailable, true);
});

Deno.test("CoachMapping.preview() names every path that both changed, importing loses nothing of the owner's, undo gives the rows back", async () => {
  const before = modelOf(80);
  await using fixture = await mappingFixture({ ships: [before] });
  const { storage } = fixture;
  for (let i = 0; i < 30; i++) fixture.mapping.put(`/entities/light_${i}/name`, `Mine ${i}`, owner);
  await fixture.ship(withLights(before, (light, i) => i >= 20 && i < 60 ? { ...light, name: `Theirs ${i}` } : light));
  const mapping = await fixture.restart();
  const rows = fixture.rows();
  const preview = mapping.preview();
  assert.deepEqual(preview.counts, { kept: 20, taken: 30, removed: 0, conflict: 10 });
  assert.deepEqual(
    preview.changes.flatMap(({ outcome, path }) => outcome === "conflict" ? path : []).sort(),
    Array.from({ length: 10 }, (_, i) => `/entities/light_${i + 20}/name`).sort(),
  );
  assert.equal(fixture.rows(), rows, "a preview changes nothing");
  storage.clock.advance(60_000);
  const { batchId } = await mapping.importModel({ modelId: "test_coach", token: preview.token }, owner);
  const nameOf = (i: number) => mapping.entity(`light_${i}`)?.name;
  for (let i = 0; i < 30; i++) assert.equal(nameOf(i), `Mine ${i}`);
  for (let i = 30; i < 60; i++) assert.equal(nameOf(i), `Theirs ${i}`);
  assert.equal(nameOf(70), "Light 70");
  const [backup] = await storage.backups.list();
  assert.equal(backup?.reason, "preImport");
  assert.equal(mapping.status().version, 2);
  const empty = mapping.preview().counts;
  assert.deepEqual([empty.taken, empty.removed, empty.conflict], [0, 0, 0], "merging twice changes nothing");
  mapping.undo(batchId, owner);
  assert.equal(fixture.rows(), rows, "byte for byte");
  assert.deepEqual([mapping.status().version, mapping.status().updateAvailable], [1, true]);
  assert.deepEqual(mapping.preview().counts, preview.counts);
});

Deno.test("CoachMapping.importModel() does as was chosen for each conflict, and refuses a choice where there is none", async () => {
  const before = modelOf(4);
  await using fixture = await mappingFixture({ ships: [before] });
  for (const i of [0, 1]) fixture.mapping.put(`/entities/light_${i}/name`, `Mine ${i}`, owner);
  await fixture.ship(withLights(before, (light, i) => ({ ...light, name: `Theirs ${i}` })));
  const mapping = await fixture.restart();
  const modelId = "test_coach";
  const stray = await refusalOf(() =>
    mapping.importModel({ modelId, choices: { "/entities/light_3/name": "theirs" } }, owner)
  );
  assert.deepEqual([stray.kind, stray.errors], ["invalid", ['There is no conflict at "/entities/light_3/name".']]);
  await mapping.importModel({ modelId, choices: { "/entities/light_1/name": "theirs" } }, owner);
  assert.deepEqual(mapping.effective().entities.map(({ name }) => name), [
    "Mine 0",
    "Theirs 1",
    "Theirs 2",
    "Theirs 3",
  ]);
});

Deno.test("CoachMapping.importModel() refuses a preview that is no longer true", async () => {
  await using fixture = await mappingFixture();
  await fixture.ship(modelOf(12, { version: 2 }));
  const mapping = await fixture.restart();
  const { token } = mapping.preview();
  mapping.put("/entities/light_0/name", "Other", owner);
  const refused = await refusalOf(() => mapping.importModel({ modelId: "test_coach", token }, owner));
  assert.equal(refused.kind, "conflict");
  const now = mapping.importModel({ modelId: "test_coach", token: mapping.preview().token }, owner);
  mapping.put("/entities/light_1/name", "Meanwhile", owner);
  assert.match((await refusalOf(() => now)).message, /something changed meanwhile/);
  assert.equal(mapping.status().version, 1);
});

Deno.test("CoachMapping.importModel() of another model switches to it, and back with all edits", async () => {
  const other = modelOf(3, { id: "other_coach", name: "Other" });
  await using fixture = await mappingFixture({ ships: [modelOf(5), other] });
  const { mapping } = fixture;
  let told = 0;
  const stop = mapping.subscribe(() => void told++);
  mapping.put("/entities/light_0/name", "Mine", owner);
  assert.equal(told, 1);
  const first = mapping.preview("other_coach");
  assert.deepEqual([first.fromVersion, first.toVersion], [null, 1]);
  await mapping.importModel({ modelId: "other_coach" }, owner);
  assert.equal(told, 2);
  assert.equal(mapping.effective().name, "Other");
  assert.deepEqual(mapping.history(50).map(({ undoable }) => undoable), [false], "there was nothing before it");
  assert.deepEqual(
    mapping.models().map(({ id, active, importedVersion }) => [id, active, importedVersion]),
    [["other_coach", true, 1], ["test_coach", false, 1]],
  );
  const back = await fixture.restart({ model: "test_coach" });
  assert.equal(back.entity("light_0")?.name, "Mine");
  assert.equal((await fixture.restart()).effective().id, "test_coach", "it stays");
  const imported = mapping.status().importedAt;
  fixture.storage.clock.advance(60_000);
  await mapping.importModel({ modelId: "test_coach" }, owner);
  assert.equal(told, 3);
  assert.deepEqual([mapping.history(50).length, mapping.status().importedAt], [2, imported], "nothing was imported");
  stop();
  await mapping.importModel({ modelId: "other_coach" }, owner);
  assert.equal(told, 3);
  assert.match(
    (await refusalOf(() => mapping.importModel({ modelId: "hovercraft" }, owner))).errors[0] ?? "",
    /test_coach/,
  );
});

Deno.test("CoachMapping.put(), remove(), patch() and undo() change the coach at once, with who and why", async () => {
  await using fixture = await mappingFixture();
  const { mapping } = fixture;
  const rows = [fixture.rows()];
  const batches = [
    mapping.put("/entities/light_0/name", "Reading light", { actor: "anna", reason: "that is what it is" }),
    mapping.put("/entities/porch", { kind: "light", name: "Porch", area: "living", load: { instances: [99] } }, owner),
    mapping.remove("/entities/light_3", owner),
    mapping.put("/areas/bath", "Bathroom", owner),
    mapping.put("/entities/light_0/provenance", { verified: true, evidence: "switched it", source: "user" }, owner),
    mapping.patch([
      { op: "test", path: "/entities/light_1/name", value: "Light 1" },
      { op: "replace", path: "/entities/light_1/name", value: "Two" },
      { op: "remove", path: "/entities/light_2" },
    ], owner),
  ];
  assert.equal(mapping.entity("light_0")?.name, "Reading light");
  assert.deepEqual(mapping.entity("light_0")?.provenance, {
    source: "user",
    verified: true,
    evidence: "switched it",
  });
  assert.equal(mapping.entity("porch")?.provenance.source, "user");
  assert.equal(mapping.entity("light_3"), undefined);
  assert.equal(mapping.entity("light_1")?.name, "Two");
  assert.equal(mapping.at("/areas/bath")?.source, "user");
  const history = mapping.history(50);
  assert.deepEqual(history.slice(0, -1).map(({ reason, actor }) => `${actor}: ${reason}`), [
    "owner: A patch of 3 operations",
    'owner: Changed provenance of "Reading light"',
    'owner: Added area "bath"',
    'owner: Removed "Light 3"',
    'owner: Added "Porch"',
    "anna: that is what it is",
  ]);
  assert.deepEqual(history[5]?.changes, [{
    path: "/entities/light_0/name",
    before: "Light 0",
    after: "Reading light",
  }]);
  const status = mapping.status();
  assert.deepEqual([status.removed, status.entities, status.unverified], [2, 9, 8]);
  for (const { batchId } of batches.toReversed()) mapping.undo(batchId, owner);
  assert.equal(fixture.rows(), rows[0]);
});

Deno.test("CoachMapping.put() of what is valid already changes nothing, and back to the factory's is the factory's", async () => {
  await using fixture = await mappingFixture();
  const { mapping } = fixture;
  const [first] = mapping.history(1);
  assert.equal(mapping.put("/entities/light_0/name", "Light 0", owner).batchId, first?.id);
  mapping.put("/entities/light_0/name", "X", owner);
  assert.equal(mapping.status().edits, 1);
  mapping.put("/entities/light_0/name", "Light 0", owner);
  assert.equal(mapping.status().edits, 0);
});

Deno.test("CoachMapping refuses what would be no good coach, with each mistake, and changes nothing", async () => {
  await using fixture = await mappingFixture();
  const { mapping } = fixture;
  const rows = fixture.rows();
  const cases: readonly [string, () => unknown, string, RegExp][] = [
    [
      "an instance out of range",
      () => mapping.put("/entities/light_0/load", { instances: [300] }, owner),
      "invalid",
      /Light 0, load\.instances\.0: is 300/,
    ],
    [
      "an output that another has",
      () => mapping.put("/entities/light_0/load", { instances: [5] }, owner),
      "invalid",
      /dc_dimmer 5 is driven by "light_/,
    ],
    ["an area that is lived in", () => mapping.remove("/areas/bed", owner), "invalid", /which is no area/],
    [
      "a kind without what it needs",
      () => mapping.put("/entities/x", { kind: "light", name: "X", area: "bed" }, owner),
      "invalid",
      /load: is missing/,
    ],
    ["no path of a mapping", () => mapping.put("/nothing/at/all", 1, owner), "invalid", /no path of a mapping/],
    ["a path into the program", () => mapping.put("/entities/__proto__/name", "x", owner), "invalid", /reserved word/],
    ["the model's version", () => mapping.put("/model/version", 9, owner), "invalid", /comes with the model/],
    ["nothing at a path", () => mapping.remove("/entities/ghost", owner), "notFound", /./],
    [
      "a patch whose test fails",
      () => mapping.patch([{ op: "test", path: "/areas/bed", value: "X" }], owner),
      "invalid",
      /the value is another one/,
    ],
    ["a change that is none", () => mapping.undo(99, owner), "notFound", /./],
    ["an entity that is none", () => mapping.reset("ghost", owner), "notFound", /./],
  ];
  for (const [what, work, kind, error] of cases) {
    const refused = await refusalOf(work);
    assert.equal(refused.kind, kind, what);
    assert.match([refused.message, ...refused.errors].join("\n"), error, what);
  }
  assert.equal(fixture.rows(), rows);
  assert.equal(mapping.history(50).length, 1);
});

Deno.test("CoachMapping.undo() refuses what was changed since, and an outcome that would be no good coach", async () => {
  await using fixture = await mappingFixture();
  const { mapping } = fixture;
  const removed = mapping.remove("/entities/light_0", owner);
  const renamed = mapping.put("/entities/light_1/name", "One", owner);
  mapping.put("/entities/light_1/name", "Two", owner);
  assert.equal((await refusalOf(() => mapping.undo(renamed.batchId, owner))).kind, "conflict");
  mapping.put("/entities/new", { kind: "light", name: "New", area: "bed", load: { instances: [1] } }, owner);
  const rows = fixture.rows();
  const refused = await refusalOf(() => mapping.undo(removed.batchId, owner));
  assert.equal(refused.kind, "invalid");
  assert.match(refused.errors[0] ?? "", /dc_dimmer 1 is driven/);
  assert.equal(fixture.rows(), rows);
  assert.deepEqual(mapping.history(2).map(({ undoneAt }) => undoneAt), [null, null]);
});

Deno.test("CoachMapping.reset() gives one entity or all back what the factory says, after a backup", async () => {
  await using fixture = await mappingFixture();
  const { mapping, storage } = fixture;
  const rows = JSON.parse(fixture.rows()) as { path: string; value: string }[];
  mapping.put("/entities/light_0/name", "A", owner);
  mapping.put("/entities/light_1/name", "B", owner);
  mapping.remove("/entities/light_2", owner);
  mapping.put("/entities/own", { kind: "light", name: "Own", area: "bed", load: { instances: [77] } }, owner);
  await mapping.reset("light_0", owner);
  assert.equal(mapping.entity("light_0")?.name, "Light 0");
  assert.equal(mapping.entity("light_1")?.name, "B");
  await mapping.reset("light_2", owner);
  assert.ok(mapping.entity("light_2"));
  const { batchId } = await mapping.reset(undefined, owner);
  const values = (list: { path: string; value: string }[]) => list.map(({ path, value }) => [path, value]);
  assert.deepEqual(values(JSON.parse(fixture.rows())), values(rows));
  assert.equal((await storage.backups.list()).length, 3);
  assert.equal((await mapping.reset(undefined, owner)).batchId, batchId, "nothing is left to do");
  assert.equal((await storage.backups.list()).length, 3);
  mapping.undo(batchId, owner);
  assert.equal(mapping.entity("light_1")?.name, "B");
});

Deno.test("CoachMapping.importModel() and reset() change nothing when there can be no backup", async () => {
  await using fixture = await mappingFixture({ freeBytes: () => Promise.resolve(5) });
  const { mapping } = fixture;
  mapping.put("/entities/light_0/name", "A", owner);
  const rows = fixture.rows();
  const refused = await refusalOf(() => mapping.reset(undefined, owner));
  assert.equal(refused.kind, "unavailable");
  assert.match(refused.message, /no backup before it: .*are free/);
  await fixture.ship(modelOf(12, { version: 2 }));
  const next = await fixture.restart();
  assert.equal((await refusalOf(() => next.importModel({ modelId: "test_coach" }, owner))).kind, "unavailable");
  assert.equal(fixture.rows(), rows);
});

Deno.test("CoachMapping refuses an import while another job works on the database", async () => {
  await using fixture = await mappingFixture();
  const { mapping, storage } = fixture;
  mapping.put("/entities/light_0/name", "A", owner);
  const running = await storage.updater.dryRun();
  const refused = await refusalOf(() => mapping.reset(undefined, owner));
  assert.deepEqual([refused.kind, refused.errors.length], ["conflict", 1]);
  await running.done;
});

Deno.test("CoachMapping.upload() keeps a model of the owner's, in the database, under an id of its own", async () => {
  await using fixture = await mappingFixture();
  const { mapping } = fixture;
  mapping.put("/entities/light_0/name", "Mine", owner);
  const yaml = mapping.export("yaml");
  const view = mapping.upload(yaml);
  assert.deepEqual([view.id, view.custom, view.importedVersion], ["test_coach_own", true, null]);
  await mapping.importModel({ modelId: view.id }, owner);
  assert.equal(mapping.entity("light_0")?.name, "Mine");
  assert.equal(mapping.status().edits, 0, "it is this model's own");
  const again = await fixture.restart();
  assert.equal(again.effective().id, "test_coach_own");
  assert.equal(mapping.upload(yaml.replaceAll("Light 1", "Lamp 1")).updateAvailable, true);
  await mapping.importModel({ modelId: view.id }, owner);
  assert.equal(mapping.entity("light_1")?.name, "Lamp 1");
});

Deno.test("CoachMapping.upload() refuses hostile and wrong files with a sentence", async () => {
  await using fixture = await mappingFixture();
  const { mapping } = fixture;
  assert.equal((await refusalOf(() => mapping.upload("#".repeat(3_000_000)))).kind, "tooLarge");
  const bomb = `a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n`;
  for (const text of ["", bomb, "id: x\n", "{", "[".repeat(500)]) {
    const refused = await refusalOf(() => mapping.upload(text));
    assert.equal(refused.kind, "invalid");
    assert.match(refused.errors[0] ?? "", /^model\.yml:\d+:\d+: /);
  }
  for (let i = 0; i < 20; i++) mapping.upload(mapping.export("yaml").replace("id: test_coach", `id: own_${i}`));
  const full = await refusalOf(() => mapping.upload(mapping.export("yaml").replace("id: test_coach", "id: one_more")));
  assert.deepEqual([full.kind, mapping.models().length], ["conflict", 21]);
});

Deno.test("CoachMapping.export() is what makes the same coach elsewhere: all of it, or the edits alone", async () => {
  await using here = await mappingFixture();
  await using there = await mappingFixture();
  here.mapping.put("/entities/light_0/name", "Mine", owner);
  here.mapping.remove("/entities/light_4", owner);
  here.mapping.put("/entities/own", { kind: "light", name: "Own", area: "bed", load: { instances: [77] } }, owner);
  there.mapping.patch(JSON.parse(here.mapping.export("patch")), owner);
  assert.deepEqual(there.mapping.effective(), here.mapping.effective());
  assert.equal(there.rows().replaceAll("owner", ""), here.rows().replaceAll("owner", ""));
});

Deno.test("CoachMapping.mappings() tells of each entity where it is from, what was edited and what was taken away", async () => {
  await using fixture = await mappingFixture({ ships: [modelOf(3)] });
  const { mapping } = fixture;
  mapping.put("/entities/light_0/name", "Mine", owner);
  mapping.put("/entities/light_0/hidden", true, owner);
  mapping.remove("/entities/light_2", owner);
  mapping.put("/areas/bed", "Chamber", owner);
  const learned = { source: "learned", evidence: "pressed the switch", verified: true };
  const proposal = { kind: "light", name: "Porch", area: "bed", load: { instances: [9] }, provenance: learned };
  mapping.put("/entities/porch", proposal, owner);
  assert.equal(mapping.at("/entities/porch/load")?.source, "learned");
  const view = mapping.mappings();
  assert.deepEqual(
    view.entities.map(({ id, source, edited, removed, hidden }) => [id, source, edited, removed, hidden]),
    [
      ["light_0", "factory", ["hidden", "name"], false, true],
      ["light_1", "factory", [], false, false],
      ["porch", "learned", view.entities[2]?.edited, false, false],
      ["light_2", "factory", [], true, false],
    ],
  );
  assert.equal(view.entities[3]?.definition["name"], "Light 2");
  assert.deepEqual(view.areas.map(({ key, name, edited }) => [key, name, edited]), [
    ["living", "Living room", false],
    ["bed", "Chamber", true],
  ]);
  const light = view.kinds["light"] as { required: string[] };
  assert.ok(light.required.includes("load"));
  assert.equal(Object.keys(view.kinds).length, 26);
});

Deno.test("CoachMapping declares messages for sensors, with a protocol of its own only when they change", async () => {
  await using fixture = await mappingFixture();
  const { mapping } = fixture;
  const standards = mapping.protocol();
  const declared = { dgn: "1FBDA", signals: [{ name: "position", startByte: 0, bitLength: 8 }] };
  mapping.put("/protocol/VALVE_POSITION", declared, owner);
  assert.notEqual(mapping.protocol(), standards);
  assert.equal(mapping.protocol().codec.rowNamed("VALVE_POSITION")?.dgn, 0x1fbda);
  assert.equal(mapping.protocol().tables, standards.tables);
  const extended = mapping.protocol();
  const sensor = { kind: "sensor", name: "Valve", area: "bed", message: "VALVE_POSITION", field: "position" };
  mapping.put("/entities/valve", sensor, owner);
  assert.equal(mapping.protocol(), extended);
  assert.deepEqual(mapping.mappings().protocol, [{ name: "VALVE_POSITION", dgn: "1FBDA", fields: ["position"] }]);
  assert.match(
    (await refusalOf(() => mapping.put("/entities/valve/field", "colour", owner))).errors[0] ?? "",
    /Valve, field: /,
  );
});

Deno.test("CoachMapping starts in spite of rows that make no good coach, leaves them out and names them", async () => {
  await using fixture = await mappingFixture();
  const { store } = fixture;
  const { connection } = store.database;
  connection.exec(`
    UPDATE coach_mappings SET value = '{"instances":[300],"via":"dc_dimmer","on":"on_delay"}'
      WHERE path = '/entities/light_0/load';
    UPDATE coach_mappings SET value = '{"instances":[3],"via":"dc_dimmer","on":"on_delay"}'
      WHERE path = '/entities/light_5/load';
    UPDATE coach_mappings SET value = '7' WHERE path = '/areas/bed';
    UPDATE coach_mappings SET value = '"x"' WHERE path = '/model/origin';
    INSERT INTO coach_mappings (model_id, path, value, source, is_active, created_at, created_by)
      VALUES ('test_coach', '/entities/__proto__/name', '"x"', 'user', 1, 0, 'hand'),
        ('test_coach', 'nonsense', '1', 'user', 1, 0, 'hand')`);
  const mapping = await fixture.restart();
  const ids = mapping.effective().entities.map(({ id }) => id);
  assert.deepEqual(ids, [1, 2, 3, 4, 6, 7, 8, 9].map((i) => `light_${i}`));
  assert.equal(mapping.effective().areas["bed"], "bed");
  assert.deepEqual(mapping.effective().origin, { source: "a test" });
  const problems = mapping.status().problems.join("\n");
  for (
    const named of [/Light 0, load\.instances\.0: is 300/, /Light 5, .*dc_dimmer 3 is driven/, /Area bed: /, /nonsense/]
  ) {
    assert.match(problems, named);
  }
  assert.match(mapping.problems()[0]?.what ?? "", /is left out: .* And \d+ more\./);
  mapping.put("/entities/light_1/name", "Still", owner);
  assert.equal(mapping.entity("light_1")?.name, "Still", "the rest can be edited");
  mapping.remove("/entities/light_0", owner);
  assert.doesNotMatch(mapping.status().problems.join("\n"), /Light 0/);
});

Deno.test("CoachMapping keeps what older programs let through, names it, and lets no more of it in", async () => {
  await using fixture = await mappingFixture();
  fixture.store.database.connection.exec(`
    UPDATE coach_mappings SET value = '{"instances":[0],"via":"dc_load","on":"on_delay"}'
      WHERE path = '/entities/light_1/load'`);
  const mapping = await fixture.restart();
  assert.equal(mapping.effective().entities.length, 10, "nothing is left out");
  const [problem] = mapping.status().problems;
  assert.match(
    problem ?? "",
    /load\.instances\.0: dc_load 0 means all of them at once, expected an instance from 1 on$/,
  );
  assert.match(mapping.problems()[0]?.what ?? "", /^A part of the coach's mapping is wrong: /);
  mapping.put("/entities/light_1/name", "Renamed", owner);
  assert.match(mapping.status().problems[0] ?? "", /^Renamed, /, "what was wrong may stay so under another name");
  const generator = (on: string) => ({
    kind: "generator",
    name: "Generator",
    area: mapping.effective().entities[0]?.area ?? "",
    driver: { start: { instances: [34], on }, stop: { instances: [35] } },
  });
  const refused = await refusalOf(() => mapping.put("/entities/generator", generator("on_delay"), owner));
  assert.match(refused.message, /driver\.start\.on: is "on_delay", which would leave the output of a starter on/);
  mapping.put("/entities/generator", generator("on_duration"), owner);
  mapping.put("/entities/light_1/load", { via: "dc_load", instances: [7], on: "on_delay" }, owner);
  assert.deepEqual(mapping.status().problems, []);
});

Deno.test("CoachMapping runs with a database of which nothing can be used", async () => {
  await using fixture = await mappingFixture();
  fixture.store.database.connection.exec(`
    UPDATE coach_mappings SET value = '{"a":1}' WHERE path LIKE '/entities/%' OR path LIKE '/model/%'`);
  const mapping = await fixture.restart();
  assert.deepEqual(mapping.effective().entities, []);
  assert.ok(mapping.status().problems.length > 0);
});

Deno.test("CoachMapping with an older schema uses the model as it comes, and changes nothing until the update", async () => {
  await using fixture = await mappingFixture({ at: "0004_backups" });
  const { mapping, storage } = fixture;
  assert.equal(mapping.effective().entities.length, 10);
  const status = mapping.status();
  assert.deepEqual([status.importedAt, status.edits], [null, 0]);
  assert.match(status.readOnlyBecause ?? "", /needs its update first/);
  assert.deepEqual(status.problems, [status.readOnlyBecause]);
  assert.deepEqual(mapping.problems(), [], "the site has a banner of its own for it");
  assert.deepEqual(mapping.history(5), []);
  assert.equal(mapping.models()[0]?.importedVersion, null);
  for (
    const work of [
      () => mapping.put("/areas/bed", "X", owner),
      () => mapping.importModel({ modelId: "test_coach" }, owner),
      () => mapping.upload(""),
      () => mapping.reset(undefined, owner),
      () => mapping.undo(1, owner),
    ]
  ) assert.equal((await refusalOf(work)).kind, "unavailable");
  let told = 0;
  mapping.subscribe(() => void told++);
  await (await storage.updater.update(consent)).done;
  fixture.replaced();
  assert.equal(told, 1);
  assert.equal(mapping.status().readOnlyBecause, undefined);
  mapping.put("/areas/bed", "X", owner);
});

Deno.test("CoachMapping follows a restored and an emptied database", async () => {
  await using fixture = await mappingFixture();
  const { mapping, storage } = fixture;
  const backup = await storage.backups.create("manual");
  mapping.put("/entities/light_0/name", "Mine", owner);
  await (await storage.updater.restore(backup.id, consent)).done;
  fixture.replaced();
  assert.equal(mapping.entity("light_0")?.name, "Light 0");
  mapping.put("/entities/light_0/name", "Mine", owner);
  await (await storage.updater.reset("all", consent)).done;
  fixture.replaced();
  assert.equal(mapping.entity("light_0")?.name, "Light 0");
  assert.equal(mapping.history(50).length, 1);
});

Deno.test("CoachMapping says so while the database cannot be written, and runs on", async () => {
  await using fixture = await mappingFixture();
  const { mapping, store } = fixture;
  store.pause("a database update is running");
  const refused = await refusalOf(() => mapping.put("/areas/bed", "X", owner));
  assert.equal(refused.kind, "unavailable");
  assert.match(refused.message, /a database update is running/);
  assert.equal(mapping.effective().areas["bed"], "Bedroom");
  store.resume();
});

Deno.test("CoachMapping runs with the model as it comes when the disk is full at the first start, and imports it later", async () => {
  await using fixture = await mappingFixture({ ships: [modelOf(200)] });
  const { store } = fixture;
  const { connection } = store.database;
  connection.exec(
    "DELETE FROM coach_mapping_history; DELETE FROM coach_mapping_batches; DELETE FROM coach_mappings; " +
      "DELETE FROM coach_import_status; DELETE FROM model_history; DELETE FROM system_settings; VACUUM",
  );
  const { page_count: pages } = connection.prepare("PRAGMA page_count").get() ?? {};
  connection.exec(`PRAGMA max_page_count = ${Number(pages)}`);
  const mapping = await fixture.restart();
  assert.equal(mapping.effective().entities.length, 200);
  assert.match(mapping.status().readOnlyBecause ?? "", /could not be imported into the database: .*full/);
  assert.match(mapping.problems()[0]?.todo ?? "", /Make room/);
  assert.equal((await refusalOf(() => mapping.put("/areas/bed", "X", owner))).kind, "unavailable");
  connection.exec("PRAGMA max_page_count = 1000000");
  mapping.put("/areas/bed", "X", owner);
  assert.deepEqual([mapping.status().readOnlyBecause, mapping.status().importedBy], [undefined, "CoachIQ"]);
  assert.equal(mapping.effective().areas["bed"], "X");
});

Deno.test("CoachMapping keeps what an archive brought before the first import", async () => {
  await using fixture = await mappingFixture({ firstModel: "test_coach", ships: [modelOf(3)] });
  const { store } = fixture;
  store.database.connection.exec(
    "DELETE FROM coach_mapping_history; DELETE FROM coach_mapping_batches; DELETE FROM coach_mappings; " +
      "DELETE FROM coach_import_status; DELETE FROM model_history; DELETE FROM system_settings",
  );
  store.mappings.apply({
    modelId: "test_coach",
    reason: "taken from an archive",
    actor: "owner",
    changes: [{ path: "/entities/light_0/name", set: { value: "Mine", source: "user" } }],
  });
  const mapping = await fixture.restart();
  assert.deepEqual(mapping.effective().entities.map(({ name }) => name), ["Mine", "Light 1", "Light 2"]);
  assert.equal(mapping.status().edits, 1);
});

Deno.test("CoachMapping takes a developer's file as a model of its own, and as it is now at each start", async () => {
  await using fixture = await mappingFixture();
  const folder = await Deno.makeTempDir();
  const file = `${folder}/bench_coach.yml`;
  const write = (name: string) =>
    Deno.writeTextFile(
      file,
      `id: bench_coach\nname: Bench\nversion: 1\norigin: { source: me }\nareas: { den: Den }\nentities:\n` +
        `  - { id: lamp, kind: light, name: ${name}, area: den, load: { instances: [1] } }\n` +
        `  - { id: desk, kind: light, name: Desk, area: den, load: { instances: [2] } }\n`,
    );
  await write("Lamp");
  const first = await fixture.restart({ model: file });
  assert.deepEqual([first.effective().id, first.models().at(-1)?.custom], ["bench_coach", true]);
  first.put("/entities/desk/name", "Mine", owner);
  await write("Other");
  const second = await fixture.restart({ model: file });
  assert.deepEqual(second.effective().entities.map(({ name }) => name), ["Other", "Mine"]);
  await Deno.writeTextFile(`${folder}/test_coach.yml`, (await Deno.readTextFile(file)).replace("bench_", "test_"));
  await assert.rejects(fixture.restart({ model: `${folder}/test_coach.yml` }), /is that of one of CoachIQ's models/);
  await assert.rejects(
    fixture.restart({ model: "hovercraft" }),
    /there is none of that name, expected one of test_coach/,
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("CoachMapping without a first model has nothing to tell until one is imported", async () => {
  await using fixture = await mappingFixture({ ships: [modelOf(2)] });
  fixture.store.systemSettings.clear();
  const mapping = await fixture.restart({ firstModel: undefined as never });
  assert.equal(mapping.isReady, false);
  assert.deepEqual(mapping.problems(), []);
  assert.equal((await refusalOf(() => mapping.effective())).kind, "unavailable");
  assert.equal(mapping.models().length, 1);
  await mapping.importModel({ modelId: "test_coach" }, owner);
  assert.equal(mapping.effective().entities.length, 2);
});
