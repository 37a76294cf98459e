import assert from "node:assert/strict";
import { mappingFixture, modelOf, refusalOf } from "../../tests/suites/mapping_fixture.ts";
import type { CoachModel } from "../coach/mod.ts";
import { createProtocol, type MessageRow } from "../protocol/mod.ts";

const owner = { actor: "owner" };
const modelId = "test_coach";

/** The standards without a message, as an older or newer table could be. */
function protocolWithout(name: string) {
  const { tables } = createProtocol();
  const others = (rows: readonly MessageRow[]) => rows.filter((row) => row.name !== name);
  return createProtocol({ ...tables, rvc: { ...tables.rvc, messages: others(tables.rvc.messages) } });
}

Deno.test("CoachMapping.importModel() takes the answer to every conflict of the preview, also where another answer settled it", async () => {
  const before = modelOf(4);
  await using fixture = await mappingFixture({ ships: [before] });
  fixture.mapping.put("/entities/light_3/name", "Mine", owner);
  fixture.mapping.put("/order/entities", ["light_3", "light_0", "light_1", "light_2"], owner);
  const [first, second, third] = before.entities;
  assert(first && second && third);
  const next: CoachModel = { ...before, version: 2, entities: [second, first, third] };
  await fixture.ship(next);
  const mapping = await fixture.restart();
  const asked = mapping.preview().changes.filter(({ outcome }) => outcome === "conflict").map(({ path }) => path);
  assert.deepEqual(asked, ["/entities/light_3", "/order/entities"]);
  const choices = { "/entities/light_3": "theirs", "/order/entities": "mine" } as const;
  const stray = await refusalOf(() =>
    mapping.importModel({ modelId, choices: { ...choices, "/areas/bed": "mine" } }, owner)
  );
  assert.deepEqual(stray.errors, ['There is no conflict at "/areas/bed".']);
  await mapping.importModel({ modelId, choices }, owner);
  assert.deepEqual(mapping.effective().entities.map(({ id }) => id).sort(), ["light_0", "light_1", "light_2"]);
  assert.equal(mapping.status().version, 2);
});

Deno.test("CoachMapping.patch() takes the word verified back from what it wires otherwise, and from nothing else", async () => {
  const model = modelOf(2);
  const seen = { source: "factory" as const, verified: true, coach: "A coach", evidence: "It was seen." };
  const entities = model.entities.map((entity) => ({ ...entity, provenance: seen }));
  await using fixture = await mappingFixture({ ships: [{ ...model, entities }] });
  const { mapping } = fixture;
  const verified = () => mapping.effective().entities.map(({ provenance }) => provenance.verified);
  mapping.patch([{ op: "replace", path: "/entities/light_0/name", value: "Other" }], owner);
  assert.deepEqual(verified(), [true, true]);
  const { batchId } = mapping.patch([
    { op: "replace", path: "/entities/light_0/load/instances", value: [77] },
    { op: "replace", path: "/entities/light_1/name", value: "Another" },
  ], owner);
  assert.deepEqual(verified(), [false, true]);
  mapping.undo(batchId, owner);
  assert.deepEqual(verified(), [true, true]);
});

Deno.test("CoachMapping leaves out what listens to a message that no table has, and refuses to bring more of it", async () => {
  await using fixture = await mappingFixture({ ships: [modelOf(3)] });
  const protocol = protocolWithout("DC_DIMMER_STATUS_3");
  const mapping = await fixture.restart({ protocol });
  const sentence = 'listens to "DC_DIMMER_STATUS_3", which no table of messages has, expected a kind that can be heard';
  assert.deepEqual(mapping.effective().entities, [], "nothing that the hub would throw at");
  assert.match(mapping.problems()[0]?.what ?? "", /Light 0: listens to "DC_DIMMER_STATUS_3".* And 2 more\.$/);
  const light = { kind: "light", name: "Desk", area: "bed", load: { instances: [9] } };
  const refused = await refusalOf(() => mapping.put("/entities/desk", light, owner));
  assert.deepEqual([refused.kind, refused.errors], ["invalid", [`Desk: ${sentence}`]]);
  await fixture.ship(modelOf(1, { version: 2 }));
  const next = await fixture.restart({ protocol });
  assert.deepEqual(next.preview().problems, [`Light 0: ${sentence}`]);
  assert.equal((await refusalOf(() => next.importModel({ modelId }, owner))).kind, "invalid");
});
