import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { coachModels } from "../../tests/fixtures/random_coaches.ts";
import { shippedModels, standardMessages } from "../../tests/fixtures/shipped_models.ts";
import { type CoachModel, documentOf, loadModel, modelFrom, modelYaml, readUpload, rowsOf } from "./mod.ts";

const messages = standardMessages();

function loaded(text: string, id: string): CoachModel {
  const outcome = loadModel(text, { file: `models/${id}.yml`, messages });
  assert.ok(outcome.kind === "model", outcome.kind === "errors" ? `${outcome.errors.join("\n")}\n${text}` : "");
  return outcome.model;
}

Deno.test("all shipped models become YAML, rows and YAML again", () => {
  const models = shippedModels();
  for (const model of models) {
    const text = modelYaml(model);
    const again = loaded(text, model.id);
    assert.deepEqual(again, model);
    assert.deepEqual(rowsOf(documentOf(again), "factory"), rowsOf(documentOf(model), "factory"));
    const checked = modelFrom(documentOf(again), { messages });
    assert.ok(checked.kind === "model");
    assert.equal(modelYaml(checked.model), text);
  }
  assert.ok(models.length >= 6, `${models.length}`);
});

Deno.test("random models become YAML, rows and YAML again", () => {
  fc.assert(
    fc.property(coachModels, (model) => {
      const text = modelYaml(model);
      const again = loaded(text, model.id);
      assert.deepEqual(again, model);
      const checked = modelFrom(documentOf(again), { messages });
      assert.ok(checked.kind === "model");
      assert.equal(modelYaml(checked.model), text);
      const upload = readUpload(new TextEncoder().encode(text), { file: "anything.yml", messages });
      assert.ok(upload.kind === "model");
    }),
    { numRuns: 100 },
  );
});

Deno.test("modelYaml() leaves defaults out, and says first what an entity is and last who says so", () => {
  const [model] = shippedModels().filter(({ id }) => id === "generic_rv");
  assert.ok(model);
  const text = modelYaml({
    ...model,
    entities: model.entities.filter(({ id }) => id === "second_fresh_tank" || id === "roof_fan_1"),
    notes: [],
    protocol: {
      VALVE_STATUS: {
        dgn: "1FACE",
        direction: "status",
        signals: [{ name: "valve", startByte: 0, startBit: 0, bitLength: 2, type: "uint", sentinels: "standard" }],
      },
    },
  });
  assert.match(text, /^# A coach model for CoachIQ/);
  assert.equal(
    text.slice(text.indexOf("protocol:")),
    `protocol:
  VALVE_STATUS:
    dgn: 1FACE
    signals:
      - { name: valve, startByte: 0, bitLength: 2 }
entities:
  - id: second_fresh_tank
    kind: tank
    name: Second fresh water
    area: tanks
    hidden: true
    instance: 16
    contents: fresh
    provenance: { evidence: Number of the standard; seen on no coach }
  - id: roof_fan_1
    kind: fan
    name: Roof fan 1
    area: climate
    driver: { instance: 1 }
    provenance: { evidence: Number of the standard; seen on no coach }
`,
  );
  assert.ok(parse(text));
});
