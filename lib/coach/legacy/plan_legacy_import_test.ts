import assert from "node:assert/strict";
import fc from "fast-check";
import { legacyTree } from "../../../tests/fixtures/legacy_trees.ts";
import { legacyKeys } from "../../cli/legacy_keys.ts";
import { type CoachModel, type EntityDefinition, loadModel, modelYaml } from "../mod.ts";
import { legacyFileKind, type LegacyPlan, placeText, planLegacyImport } from "./mod.ts";

const plan = (files: ReadonlyMap<string, string>, mapping?: string) =>
  planLegacyImport(files, { keys: legacyKeys, mapping });
const ofMapping = (text: string) => plan(new Map([["config/my_coach.yml", text]]));

const aspire = plan(legacyTree("aspire_44r"));
const firstForm = plan(legacyTree("first_form"));
const entityForm = plan(legacyTree("entity_form"));

function shippedAspire(): CoachModel {
  const file = "reference/models/entegra_aspire_44r_2021.yml";
  const loaded = loadModel(Deno.readTextFileSync(new URL(`../../../${file}`, import.meta.url)), { file });
  assert.ok(loaded.kind === "model");
  return loaded.model;
}

function entity<K extends EntityDefinition["kind"]>(
  { model }: LegacyPlan,
  id: string,
  kind: K,
): EntityDefinition & { readonly kind: K } {
  const found = model?.entities.find((definition) => definition.id === id);
  assert.equal(found?.kind, kind, id);
  return found as EntityDefinition & { readonly kind: K };
}

function whyNot({ notMapped }: LegacyPlan, what: string): readonly string[] {
  return notMapped.filter((left) => left.what.startsWith(what)).map(({ why }) => why);
}

/** Everything that was found has become something. */
function assertNothingLost({ counts, model, notMapped }: LegacyPlan): void {
  for (const [what, { found, mapped, listed }] of Object.entries(counts)) {
    assert.equal(found, mapped + listed, what);
    assert.ok(mapped >= 0 && listed >= 0, what);
  }
  assert.equal(counts.entities.mapped, model?.entities.length ?? 0);
  const reasons = notMapped.filter(({ why }) => why === "").length;
  assert.equal(reasons, 0, "each has a reason");
}

Deno.test("planLegacyImport() maps the lamps of the 2021 Aspire 44R as the model of this program has them", () => {
  const lamps = (model: CoachModel | undefined) =>
    new Map(
      (model?.entities ?? []).flatMap((definition) =>
        definition.kind === "light" ? [[definition.load.instances.join(","), definition.dimmable]] : []
      ),
    );
  const [old, own] = [lamps(aspire.model), lamps(shippedAspire())];
  assert.equal(old.size, 27);
  assert.deepEqual(old, own);
  assert.deepEqual(aspire.counts.entities, { found: 29, mapped: 27, listed: 2 });
  assert.deepEqual(aspire.counts.mentions, { found: 57, mapped: 54, listed: 3 });
  assertNothingLost(aspire);
});

Deno.test("planLegacyImport() keeps ids, names and areas, and what is imported is verified by nobody", () => {
  const lamp = entity(aspire, "bedroom_ceiling_light", "light");
  assert.deepEqual(lamp.load, { via: "dc_dimmer", instances: [25, 26], on: "on_delay" });
  assert.equal(lamp.name, "Bedroom Ceiling Light");
  assert.equal(lamp.area, "bedroom");
  assert.equal(aspire.model?.areas["bedroom"], "Master Bedroom");
  assert.deepEqual(lamp.provenance, {
    source: "import",
    coach: "2021 Entegra Aspire 44R",
    evidence:
      "Mapping of an earlier installation (config/2021_Entegra_Aspire_44R.yml); not seen on the wire by this program",
    verified: false,
  });
  assert.equal(aspire.model?.id, "legacy_2021_entegra_aspire_44r");
  assert.equal(aspire.model?.name, "2021 Entegra Aspire 44R");
  assert.equal(aspire.model?.year, 2021);
});

Deno.test("planLegacyImport() lists the lock and the group interface, which were never things on the bus", () => {
  assert.deepEqual(whyNot(aspire, 'entity "entrance_door_lock"'), [
    "a motor needs one output for each direction, and the earlier mapping names one output alone",
    "a motor needs one output for each direction, and the earlier mapping names one output alone",
  ]);
  assert.deepEqual(whyNot(aspire, 'entity "alt_dimmer_interface"'), [
    "no kind of entity is made of 1FED8 (GENERIC_CONFIGURATION_STATUS)",
  ]);
  assert.deepEqual(whyNot(aspire, 'section "lighting_scenes"'), ["this version has no scenes"]);
  assert.deepEqual(whyNot(aspire, "a whole mapping"), ["config/2021_Entegra_Aspire_44R.yml was in use"]);
});

Deno.test("planLegacyImport() maps the zones of the later form as the model of this program has them", () => {
  const own = shippedAspire().entities.filter((definition) => definition.kind === "thermostat");
  for (const id of ["climate_front", "climate_rear", "climate_bay"]) {
    const { instance, ambientInstance, canCool } = entity(entityForm, id, "thermostat");
    const shipped = own.find((definition) => definition.instance === instance);
    assert.deepEqual([ambientInstance, canCool], [shipped?.ambientInstance, shipped?.canCool], id);
  }
  assert.deepEqual(entity(entityForm, "bedroom_ceiling_light", "light").load.instances, [25, 26]);
  assert.equal(entity(entityForm, "ac_unit_1", "air_conditioner").instance, 1);
  assert.equal(entity(entityForm, "aqua_hot", "water_heater").instance, 1);
  assert.deepEqual(entity(entityForm, "aqua_hot_electric", "switch").load, {
    via: "ac_load",
    instances: [212],
    on: "on_delay",
  });
  assert.deepEqual(entity(entityForm, "shore_power", "transfer_switch").instance, 1);
  assertNothingLost(entityForm);
});

Deno.test("planLegacyImport() keeps both of two entities that had one id, and names both lines", () => {
  assert.deepEqual(
    [entity(entityForm, "fresh_tank", "tank"), entity(entityForm, "fresh_tank_2", "tank")].map((tank) => [
      tank.name,
      tank.instance,
      tank.contents,
    ]),
    [["Fresh Water", 0, "fresh"], ["Black Water", 1, "black"]],
  );
  assert.match(entityForm.problems[0]?.text ?? "", /^"fresh_tank" is given twice, on lines 93 and 101: /);
  assert.equal(placeText(entityForm.problems[0]?.where ?? assert.fail()), "config/2021_Entegra_Aspire_44R.yml:101:3");
  assert.deepEqual(entity(firstForm, "galley_light_2", "light").load.instances, [16]);
  assert.deepEqual(entity(firstForm, "galley_light", "light").load.instances, [7]);
  const section = firstForm.problems.find(({ text }) => text.startsWith('"1FEDB"'));
  assert.match(section?.text ?? "", /on lines 19 and 73/);
});

Deno.test("planLegacyImport() reads wrong numbers as what they were meant to be, and says so", () => {
  assert.deepEqual(entity(firstForm, "dinette_light", "light").load, {
    via: "dc_dimmer",
    instances: [17],
    on: "on_delay",
  });
  assert.deepEqual(entity(firstForm, "generator", "generator").driver, { dgn: "generator" });
  assert.deepEqual(firstForm.changed.map(({ text }) => text), [
    'entity "Porch.Light" has the id "porch_light" now: ids are lower snake case',
    'entity "reading__light" has the id "reading_light" now: ids are lower snake case',
    'entity "galley_light" has the id "galley_light_2" now: something else has that id',
    'entity "dinette_light": 1FED8 is GENERIC_CONFIGURATION_STATUS; it is read as 1FEDB, DC_DIMMER_COMMAND_2',
    'entity "generator": 3FFDB is no number of RV-C; it is read as 1FFDB, GENERATOR_STATUS_2',
  ]);
});

Deno.test("planLegacyImport() guesses nothing: each slip of a mapping edited by hand is listed with its reason", () => {
  const reasons: Readonly<Record<string, string>> = {
    'entity "pantry_light"':
      'dc_dimmer 8 is driven by "hall_light" too, expected one owner (a named set of lights says "group: true")',
    'entity "big_slide"': "a motor needs one output for each direction, and the earlier mapping names one output alone",
    'entity "mystery"': "the earlier mapping does not say what is on this output: it may be a motor",
    'entity "lost_light"': 'its instance is "twenty", expected a number from 0 to 250',
    "1FEDB, instance 15": "there is no entity, only a value",
    'entity "odd_tank"': "nothing says what is in it, and the standard gives no meaning to instance 20",
    'entity "firefly_zone"': "1F100 is the number of no known message",
    'section "1FEDZ"': "it is neither the number of a message nor a section of the earlier program",
  };
  for (const [what, why] of Object.entries(reasons)) assert.deepEqual(whyNot(firstForm, what), [why], what);
  assertNothingLost(firstForm);
});

Deno.test("planLegacyImport() makes models that this program reads back from their own file", () => {
  for (const { model } of [aspire, firstForm, entityForm]) {
    assert.ok(model);
    const loaded = loadModel(modelYaml(model), { file: `${model.id}.yml` });
    assert.deepEqual(loaded, { kind: "model", model });
  }
});

Deno.test("planLegacyImport() turns user_patches.json into edits of the model, each operation for itself", () => {
  assert.deepEqual(aspire.edits.map(({ path }) => path), [
    "/areas/steps",
    "/entities/bedroom_ceiling_light/name",
    "/entities/bedroom_vanity_light/area",
    "/entities/exterior_step_light",
    "/entities/exterior_motion_light",
  ]);
  assert.equal(aspire.edits[1]?.value, "Bed ceiling");
  assert.equal("value" in (aspire.edits[4] ?? {}), false, "taken away");
  assert.deepEqual(aspire.counts.patches, { found: 11, mapped: 8, listed: 3 });
  assert.deepEqual(whyNot(aspire, "change 10"), ['there is nothing at "99/0/friendly_name" of the mapping']);
  assert.deepEqual(whyNot(aspire, "change 9"), ["nothing is made of what it changes"]);
  assert.equal(aspire.model?.entities.some(({ id }) => id === "exterior_motion_light"), true, "the model has it still");
});

Deno.test("planLegacyImport() takes the mapping that was in use, or the only one, or asks", () => {
  const light = "1FEDB:\n  1:\n    - { entity_id: lamp, friendly_name: Lamp, device_type: light }\n";
  const two = new Map([["a.yml", light], ["b.yml", light], ["coach_mapping.default.yml", light]]);
  const asked = plan(two);
  assert.equal(asked.model, undefined);
  assert.match(asked.problems[0]?.text ?? "", /several mappings .*: a\.yml, b\.yml; name one with --mapping/);
  assert.deepEqual(plan(two, "b.yml").mapping, { file: "b.yml", why: "you named it" });
  assert.equal(plan(two, "c.yml").mapping, undefined);
  assert.deepEqual(plan(new Map([...two, [".env", "RVC_COACH_MODEL=B\n"]])).mapping, {
    file: "b.yml",
    why: "RVC_COACH_MODEL chose it",
  });
  two.delete("b.yml");
  assert.deepEqual(plan(two).mapping, { file: "a.yml", why: "it is the only one" });
  two.delete("a.yml");
  assert.equal(plan(two).mapping?.why, "it is the fallback, and there is no other");
  assert.match(plan(new Map()).problems[0]?.text ?? "", /there is no coach mapping/);
});

Deno.test("planLegacyImport() refuses hostile files with a sentence, and reads the others", () => {
  const many = (line: (i: number) => string) => Array.from({ length: 400 }, (_, i) => line(i)).join("\n");
  const bombs: Readonly<Record<string, readonly [string, RegExp]>> = {
    size: ["#".repeat(10 * 1024 * 1024), /has 10485760 characters, expected at most 524288/],
    brackets: [`a: ${"[".repeat(100_000)}`, /nested more than 64 deep/],
    maps: ["{a: ".repeat(50_000), /nested more than 64 deep/],
    dashes: [`a:\n  ${"- ".repeat(50_000)}`, /nested more than 64 deep/],
    indent: [Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), /nested more than 64 deep/],
    quotes: ['"'.repeat(500_000), /more than 100000 parts/],
    tags: ["!a ".repeat(100), /more than 20 tags/],
    aliases: [`a: &a 1\nb: [${"*a, ".repeat(5001)}]\n`, /more than 5000 aliases/],
    depth: [Array.from({ length: 40 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), /nest more than 24 deep/],
    merges: [`x: &x\n${many((i) => `  k${i}: 1`)}\n${many((i) => `y${i}: { <<: *x }`)}\n`, /more than 100000 values/],
    self: ["coach_info: &a\n  make: *a\n1FEDB: *b\n", /the alias "\*a" is inside of itself/],
    syntax: ["coach_info: [\n", /the file is no YAML/],
  };
  for (const [name, [text, expected]] of Object.entries(bombs)) {
    const found = plan(new Map([...legacyTree("aspire_44r"), ["config/bomb.yml", text]]));
    assert.ok(
      found.problems.some((problem) => expected.test(problem.text)),
      `${name}: ${JSON.stringify(found.problems)}`,
    );
    assert.equal(found.counts.entities.mapped, 27, name);
  }
});

Deno.test("planLegacyImport() unfolds no aliases: billions of values behind them are as many as were written", () => {
  const levels = Array.from({ length: 20 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(", ")}]`);
  const bomb = `l0: &l0 { entity_id: a, device_type: light }\n${levels.join("\n")}\n1FEDB:\n  1: *l1\n  2: *l2\n`;
  const found = ofMapping(bomb);
  assert.deepEqual(found.counts.mentions, { found: 10, mapped: 10, listed: 0 });
  assertNothingLost(found);
});

Deno.test("planLegacyImport() lists what names reach into JavaScript's own objects like any other", () => {
  const found = ofMapping(
    "__proto__:\n  x: 1\nconstructor: 2\n1FEDB:\n  1:\n    - { entity_id: __proto__, device_type: light, name: constructor }\n",
  );
  assert.deepEqual(found.model?.entities.map(({ id }) => id), ["proto"]);
  assert.deepEqual(found.notMapped.map(({ what }) => what), ['section "__proto__"', 'section "constructor"']);
  assertNothingLost(found);
});

Deno.test("planLegacyImport() never throws and loses nothing, whatever the files say", () => {
  const names = fc.constantFrom(
    "a.yml",
    "config/b.yaml",
    "user/user_patches.json",
    "config-overrides.toml",
    ".env",
    "x.bin",
  );
  const wild = fc.dictionary(
    fc.oneof(names, fc.string()),
    fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `1FEDB: ${json}`),
      fc.json().map((json) => `entities: ${json}`),
    ),
    { maxKeys: 6 },
  );
  fc.assert(fc.property(wild, (files) => assertNothingLost(plan(new Map(Object.entries(files))))), { numRuns: 300 });
});

/** Mappings that might be: known and unknown messages, types, instances and ids, as lists, maps and aliases. */
const mappings = (() => {
  const dgn = fc.constantFrom(
    "1FEDA",
    "1FEDB",
    "1FED8",
    "1FFE2",
    "1FF9C",
    "1FFB7",
    "1FFBE",
    "1FFFD",
    "3FFDB",
    "1FEE5",
    "FEF6",
  );
  const instance = fc.constantFrom("0", "1", "2", "25", "26", "251", "default", "x", "0x10");
  const fields = fc.record({
    entity_id: fc.constantFrom("a_lamp", "b_lamp", "C.Lamp", "9th", "", "__proto__"),
    friendly_name: fc.constantFrom("A", "B", "Fresh", "x".repeat(200)),
    device_type: fc.constantFrom(
      "light",
      "climate",
      "tank",
      "lock",
      "generator",
      "unknown",
      "temperature",
      "switch",
      "light ",
    ),
    area: fc.constantFrom("interior.bedroom", "Galley", "", "x".repeat(99)),
    capabilities: fc.subarray(["on_off", "brightness", "setpoint_heat"]),
    command_instances: fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 3 }),
  }, { requiredKeys: [] });
  const section = fc.tuple(dgn, fc.array(fc.tuple(instance, fc.array(fields, { maxLength: 3 })), { maxLength: 4 }));
  const text = (value: unknown) => JSON.stringify(value);
  return fc.array(section, { minLength: 1, maxLength: 6 }).map((sections) =>
    sections.map(([number, instances]) =>
      `"${number}":\n${instances.map(([at, entities]) => `  "${at}": ${text(entities)}\n`).join("")}`
    ).join("")
  );
})();

Deno.test("planLegacyImport() makes a model that passes every check of whatever a mapping says", () => {
  let models = 0;
  let both = 0;
  fc.assert(
    fc.property(mappings, (text) => {
      const found = ofMapping(text);
      assertNothingLost(found);
      const { model, counts } = found;
      if (counts.mentions.mapped > 0 && counts.mentions.listed > 0) both++;
      if (!model) return;
      models++;
      assert.deepEqual(loadModel(modelYaml(model), { file: `${model.id}.yml` }), { kind: "model", model });
    }),
    { numRuns: 300 },
  );
  assert.ok(models > 100 && both > 50, `${models} models, ${both} with things mapped and listed`);
});

Deno.test("planLegacyImport() never throws and loses nothing when lines of real files go astray", () => {
  const trees = (["aspire_44r", "first_form", "entity_form"] as const).map(legacyTree);
  const change = fc.record({
    at: fc.nat(),
    how: fc.constantFrom("remove", "repeat", "indent", "cut", "swap"),
  });
  fc.assert(
    fc.property(fc.constantFrom(...trees), fc.array(change, { minLength: 1, maxLength: 6 }), (tree, changes) => {
      const files = new Map([...tree].map(([path, text]) => [path, changedLines(text, changes)]));
      assertNothingLost(plan(files));
    }),
    { numRuns: 150 },
  );
});

function changedLines(text: string, changes: readonly { readonly at: number; readonly how: string }[]): string {
  let lines = text.split("\n");
  for (const { at, how } of changes) {
    const index = at % lines.length;
    const line = lines[index] ?? "";
    switch (how) {
      case "remove":
        lines = lines.toSpliced(index, 1);
        break;
      case "repeat":
        lines = lines.toSpliced(index, 0, line);
        break;
      case "indent":
        lines = lines.with(index, `  ${line}`);
        break;
      case "cut":
        lines = lines.with(index, line.slice(0, Math.floor(line.length / 2)));
        break;
      default:
        lines = lines.with(index, lines[(index * 7) % lines.length] ?? "");
    }
  }
  return lines.join("\n");
}

Deno.test("legacyFileKind() knows the files of an installation by their names", () => {
  const kinds = {
    "config/2021_Entegra_Aspire_44R.yml": "mapping",
    "config/models/x.yaml": "mapping",
    "user/user_patches.json": "patches",
    "user/config-overrides.toml": "overrides",
    "config/system.toml": "system",
    ".env": "environment",
    "coachiq.env": "environment",
    "config/rvc.json": undefined,
    "database/coachiq.db": undefined,
    ".envrc": undefined,
  };
  for (const [path, kind] of Object.entries(kinds)) assert.equal(legacyFileKind(path), kind, path);
});
