import assert from "node:assert/strict";
import { type CoachModel, loadModel } from "../coach/mod.ts";
import { createProtocol } from "../protocol/mod.ts";
import { kindOf } from "./registry.ts";

const folder = new URL("../../reference/models/", import.meta.url);
const { codec } = createProtocol();

/** What each model has; a number that moves by itself is a lost entry. */
const counts: Readonly<Record<string, { entities: number; verified: number; bindings: number; commands: number }>> = {
  entegra_aspire_40skt_2011: { entities: 59, verified: 17, bindings: 59, commands: 220 },
  entegra_aspire_44r_2021: { entities: 44, verified: 11, bindings: 74, commands: 134 },
  entegra_aspire_44w_2019: { entities: 26, verified: 10, bindings: 31, commands: 98 },
  generic_rv: { entities: 55, verified: 0, bindings: 97, commands: 44 },
  simulated_coach: { entities: 50, verified: 50, bindings: 96, commands: 113 },
  thor_hurricane_35m_2020: { entities: 32, verified: 0, bindings: 50, commands: 49 },
};

function modelOf(id: string): CoachModel {
  const file = `${id}.yml`;
  const loaded = loadModel(Deno.readTextFileSync(new URL(file, folder)), { file: `reference/models/${file}` });
  assert.ok(loaded.kind === "model", loaded.kind === "errors" ? loaded.errors.join("\n") : "");
  return loaded.model;
}

Deno.test("every model of the folder is counted", () => {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name.replace(/\.yml$/, "")).sort();
  assert.deepEqual(files, Object.keys(counts).sort());
});

for (const [id, wanted] of Object.entries(counts)) {
  Deno.test(`model ${id} loads, and every binding of it exists`, () => {
    const model = modelOf(id);
    let bindings = 0;
    let commands = 0;
    for (const entity of model.entities) {
      const kind = kindOf(entity);
      for (const binding of kind.bindings(entity)) {
        bindings++;
        const row = codec.rowNamed(binding.message);
        assert.ok(row, `${entity.id}: no message ${binding.message}`);
        if (binding.instance !== undefined) assert.ok(row.instanceField, `${entity.id}: ${row.name} has no instance`);
        if (entity.kind === "sensor") {
          assert.ok(row.signals.some(({ name }) => name === entity.field), `${entity.id}: no field ${entity.field}`);
        }
      }
      commands += kind.commands(entity).length;
    }
    const verified = model.entities.filter(({ provenance }) => provenance.verified);
    for (const { id, provenance } of verified) {
      assert.ok(provenance.coach && provenance.evidence, `${id} is verified by whom, and how?`);
    }
    assert.deepEqual({ entities: model.entities.length, verified: verified.length, bindings, commands }, wanted);
  });
}

Deno.test("generic_rv switches no dimmer output: on a coach that nobody mapped it may be a slide", () => {
  for (const entity of modelOf("generic_rv").entities) {
    if (entity.kind === "light" || entity.kind === "switch") assert.fail(entity.id);
  }
});

Deno.test("the 2021 Aspire has the instances that were seen on the wire", () => {
  const { entities } = modelOf("entegra_aspire_44r_2021");
  const verifiedLights = entities.flatMap((entity) =>
    entity.kind === "light" && entity.provenance.verified ? entity.load.instances : []
  );
  assert.deepEqual(verifiedLights, [25, 26, 27, 28, 29, 38]);
  const ambients = entities.flatMap((entity) =>
    entity.kind === "thermostat" ? [[entity.instance, entity.ambientInstance]] : []
  );
  assert.deepEqual(ambients, [[0, 0], [1, 5], [2, 1], [5, 2], [6, 4]]);
});
