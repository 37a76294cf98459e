import { deepStrictEqual, strictEqual } from "node:assert";
import fc from "fast-check";
import { z } from "zod";
import { entityDefinitionSchema } from "../coach/mod.ts";
import { sampleDefinitions } from "../entities/sample_definitions.ts";
import type { MappingJson } from "../wire/mod.ts";
import {
  firstValue,
  type FormField,
  formOfKind,
  formProblems,
  labelOf,
  numbersOf,
  shownChoices,
  variantOf,
} from "./coach_form.ts";

type Json = { readonly [key: string]: MappingJson };

const schemas = new Map(entityDefinitionSchema.options.map((option) => [
  option.shape.kind.value as string,
  z.toJSONSchema(option, { io: "input" }) as MappingJson,
]));
const formOf = (kind: string) => formOfKind(schemas.get(kind));
const plain = (definition: object) => JSON.parse(JSON.stringify(definition)) as Json;

function allFields(fields: readonly FormField[]): readonly FormField[] {
  return fields.flatMap((field) => [
    field,
    ...(field.type === "group" ? allFields(field.fields) : []),
    ...(field.type === "variants" ? field.variants.flatMap((variant) => allFields(variant.fields)) : []),
  ]);
}

Deno.test("formOfKind() has a field for all that a kind needs; the one list of groups is JSON", () => {
  const json = [...schemas.keys()].flatMap((kind) =>
    allFields(formOf(kind)).filter(({ type }) => type === "json").map(({ key }) => `${kind}.${key}`)
  );
  deepStrictEqual(json, ["thermostat.heatSources"]);
  strictEqual(schemas.size, 26);
});

Deno.test("formOfKind() leaves out what every kind has, and knows bounds and standards", () => {
  deepStrictEqual(formOf("tank"), [
    { type: "number", key: "instance", label: "Instance", required: true, minimum: 0, maximum: 250 },
    { type: "choice", key: "contents", label: "Contents", required: true, choices: ["fresh", "gray", "black", "lpg"] },
  ]);
  const [load, dimmable] = formOf("light");
  strictEqual(load?.type, "group");
  deepStrictEqual(dimmable, {
    type: "switch",
    key: "dimmable",
    label: "Can be dimmed",
    required: false,
    standard: true,
  });
  deepStrictEqual(formOf("clock"), []);
  deepStrictEqual(formOfKind(undefined), []);
  deepStrictEqual(formOfKind("no schema"), []);
});

Deno.test("a definition of every kind fits the form of its kind, and nothing of it is missing", () => {
  const definitions = sampleDefinitions();
  for (const definition of definitions) {
    const value = plain(definition);
    const fields = formOf(definition.kind);
    deepStrictEqual(formProblems(fields, value), [], definition.id);
    for (const field of fields) {
      if (field.type !== "variants") continue;
      const chosen = field.variants[variantOf(field.variants, value[field.key])];
      const keys = chosen?.fields.filter(({ required }) => required).map(({ key }) => key) ?? [];
      const entered = Object.keys(value[field.key] ?? {});
      deepStrictEqual(keys.filter((key) => !entered.includes(key)), [], definition.id);
    }
  }
  strictEqual(new Set(definitions.map(({ kind }) => kind)).size, schemas.size);
});

Deno.test("variantOf() is told apart by keys and by constants", () => {
  const [motor] = formOf("awning");
  const [driver] = formOf("water_pump");
  if (motor?.type !== "variants" || driver?.type !== "variants") throw new Error("expected forms to choose from");
  strictEqual(variantOf(motor.variants, { instance: 3 }), 0);
  strictEqual(variantOf(motor.variants, { pair: { forward: 1, reverse: 2 } }), 1);
  strictEqual(variantOf(driver.variants, { dgn: "water_pump" }), 0);
  strictEqual(variantOf(driver.variants, { load: { instances: [3] } }), 1);
  strictEqual(variantOf(driver.variants, undefined), 0);
  deepStrictEqual(motor.variants.map(({ label }) => label), ["An instance of its own", "Two outputs, one each way"]);
});

Deno.test("firstValue() is what cannot be otherwise, and formProblems() says what is missing of the rest", () => {
  const light = formOf("light");
  deepStrictEqual(firstValue(light), { load: {} });
  deepStrictEqual(formProblems(light, firstValue(light)), ["Instances is missing."]);
  deepStrictEqual(formProblems(light, { load: { instances: [3] } }), []);
  const pump = formOf("water_pump");
  deepStrictEqual(firstValue(pump), { driver: { dgn: "water_pump" } });
  deepStrictEqual(formProblems(pump, firstValue(pump)), []);
});

/** The fields of one name of a kind, wherever in its form. */
function fieldsNamed(kind: string, key: string): readonly FormField[] {
  return allFields(formOf(kind)).filter((field) => field.key === key);
}

Deno.test("formOfKind() offers a starter nothing but a pulse, of 30 seconds at most", () => {
  const [start] = fieldsNamed("generator", "start");
  if (start?.type !== "group") throw new Error("expected a group");
  const on = start.fields.find(({ key }) => key === "on");
  const seconds = start.fields.find(({ key }) => key === "seconds");
  if (on?.type !== "choice" || seconds?.type !== "number") throw new Error("expected a choice and a number");
  deepStrictEqual([on.standard, on.choices], ["on_duration", ["on_duration"]]);
  deepStrictEqual([seconds.minimum, seconds.maximum, seconds.required], [1, 30, false]);
  deepStrictEqual(shownChoices(on.choices, "on_delay"), ["on_duration", "on_delay"]);
  deepStrictEqual(shownChoices(on.choices, "on_duration"), ["on_duration"]);
  deepStrictEqual(shownChoices(on.choices, undefined), ["on_duration"]);
});

Deno.test("formOfKind() offers no instance 0 to what is switched or moved, and keeps it for tanks and zones", () => {
  const lowest = (kind: string, key: string) =>
    new Set(fieldsNamed(kind, key).map((field) => "minimum" in field ? field.minimum : undefined));
  for (const kind of ["light", "switch", "water_pump", "water_heater", "generator", "fan"]) {
    deepStrictEqual(lowest(kind, "instances"), new Set([1]), kind);
  }
  for (const kind of ["lock", "shade", "awning", "slide"]) {
    for (const key of ["instance", "forward", "reverse"]) deepStrictEqual(lowest(kind, key), new Set([1]), kind);
  }
  for (const kind of ["tank", "thermostat"]) deepStrictEqual(lowest(kind, "instance"), new Set([0]), kind);
});

Deno.test("numbersOf() reads what joins of whole numbers in the range make, and nothing else", () => {
  const range = { minimum: 0, maximum: 250 };
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 250 })),
    fc.constantFrom(", ", " ", ",", ";", "  ,"),
    (numbers, separator) => deepStrictEqual(numbersOf(numbers.join(separator), range), numbers),
  ));
  for (const wrong of ["251", "-1", "1.5", "two", "1, x", "0x", "1e9"]) strictEqual(numbersOf(wrong, range), undefined);
});

Deno.test("labelOf() says names of tables as words", () => {
  strictEqual(labelOf("ambientInstance"), "Instance of its sensor");
  strictEqual(labelOf("canCool"), "Can cool");
  strictEqual(labelOf("newField"), "New field");
});
