/** `coachiq import-legacy` as an owner uses it: the program itself, its server before and after. */
import assert from "node:assert/strict";
import { legacyFolder } from "../fixtures/legacy_trees.ts";
import { temporaryFolder } from "../suites/store_fixture.ts";
import { run, startServer } from "./program.ts";

interface Entity {
  readonly id: string;
  readonly name: string;
}

/** What a server over the data directory shows. */
async function entitiesOf(dataDir: string): Promise<ReadonlyMap<string, string>> {
  const server = await startServer(["--can", "sim", "--host", "127.0.0.1", "--data-dir", dataDir]);
  try {
    const response = await fetch(`${server.url}/api/entities`);
    assert.equal(response.status, 200);
    const body: { readonly entities: readonly Entity[] } | readonly Entity[] = await response.json();
    const list = "entities" in body ? body.entities : body;
    return new Map(list.map(({ id, name }) => [id, name]));
  } finally {
    assert.equal(await server.stop(), 0);
  }
}

Deno.test("import-legacy gives the coach of the Python era to the next server, twice the same, and back", async () => {
  await using folder = await temporaryFolder();
  const dataDir = `${folder.path}/data`;
  const old = legacyFolder("aspire_44r");
  const before = await entitiesOf(dataDir);
  assert.equal(before.has("bedroom_ceiling_light"), false);
  const importLegacy = (...args: string[]) => run(["import-legacy", old, "--data-dir", dataDir, ...args]);
  const planned = await importLegacy();
  assert.equal(planned.code, 1);
  assert.match(planned.err, /^Refused: This changes the coach's mapping and settings and needs your consent\.$/m);
  const consent = /^To consent: coachiq (.*)$/m.exec(planned.out)?.[1] ?? assert.fail(planned.out);
  const done = await run(consent.split(" "));
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /^Imported: the model "legacy_2021_entegra_aspire_44r", version 1, with 27 entities, /m);
  const after = await entitiesOf(dataDir);
  assert.equal(after.size, 27);
  assert.equal(after.get("bedroom_ceiling_light"), "Bed ceiling");
  assert.equal(after.get("exterior_step_light"), "Step Light");
  assert.match((await importLegacy("--yes")).out, /^Everything of it is here already\.$/m);
  const restore = /coachiq (db restore .*)$/m.exec(done.out)?.[1] ?? assert.fail(done.out);
  const restored = await run(restore.split(" "));
  assert.equal(restored.code, 0, restored.err);
  assert.deepEqual(await entitiesOf(dataDir), before);
});

Deno.test("import-legacy leaves a running server alone", async () => {
  await using folder = await temporaryFolder();
  const server = await startServer(["--can", "sim", "--host", "127.0.0.1", "--data-dir", `${folder.path}/data`]);
  try {
    const refused = await run([
      "import-legacy",
      legacyFolder("entity_form"),
      "--data-dir",
      `${folder.path}/data`,
      "--yes",
    ]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^Refused: A server is running over this data directory/m);
  } finally {
    assert.equal(await server.stop(), 0);
  }
});
