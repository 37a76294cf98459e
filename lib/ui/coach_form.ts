import { humanize, type MappingJson } from "../wire/mod.ts";

/** One field of a form that was made of JSON Schema; what is too much for a field is `json`, a text of its own. */
export type FormField =
  | FieldBase & { readonly type: "number"; readonly minimum: number; readonly maximum: number }
  | FieldBase & { readonly type: "numbers"; readonly minimum: number; readonly maximum: number }
  | FieldBase & { readonly type: "text"; readonly maxLength: number }
  | FieldBase & { readonly type: "choice"; readonly choices: readonly string[] }
  | FieldBase & { readonly type: "switch" }
  | FieldBase & { readonly type: "constant"; readonly value: MappingJson }
  | FieldBase & { readonly type: "group"; readonly fields: readonly FormField[] }
  | FieldBase & { readonly type: "variants"; readonly variants: readonly FormVariant[] }
  | FieldBase & { readonly type: "json" };

interface FieldBase {
  readonly key: string;
  readonly label: string;
  readonly required: boolean;
  /** What is taken where nothing is entered. */
  readonly standard?: MappingJson;
}

/** One of several forms that a value can have. */
export interface FormVariant {
  readonly label: string;
  readonly fields: readonly FormField[];
}

type Json = { readonly [key: string]: MappingJson };

/** Fields that every kind has; the page has its own form for them. */
const commonKeys: ReadonlySet<string> = new Set(["id", "kind", "name", "area", "hidden", "provenance"]);
/** Groups inside of groups inside of groups are no form any more. */
const maxDepth = 3;

/** What fields are called, where their own name does not say it. */
const labels: Readonly<Record<string, string>> = {
  load: "Output",
  via: "Controller",
  instances: "Instances",
  on: "Switched on by",
  seconds: "Seconds",
  motor: "Motor",
  pair: "Two outputs",
  forward: "Instance that extends, opens or locks",
  reverse: "Instance that retracts, closes or unlocks",
  driver: "Driven by",
  dimmable: "Can be dimmed",
  group: "Shares its outputs with others",
  ambientInstance: "Instance of its sensor",
  heatSources: "Other heat sources",
  canCool: "Can cool",
  canHeat: "Can heat",
  contents: "Contents",
  lid: "Lid",
  point: "Measured at",
  sourceAddress: "Source address",
  meaning: "Means",
  start: "Output that starts",
  stop: "Output that stops",
  burner: "Burner",
  electric: "Electric element",
};

/** Words of the tables as people say them; the rest speaks for itself. */
const choiceLabels: Readonly<Record<string, string>> = {
  dc_dimmer: "DC dimmer",
  dc_load: "DC load",
  ac_load: "AC load",
  on_delay: "on, until it is switched off",
  on_duration: "on for a while, as a push button",
  set_level: "a level",
  lpg: "propane",
  fresh: "fresh water",
  gray: "gray water",
  black: "black water",
};

/** Forms of a value by the keys that they have. */
const variantLabels: Readonly<Record<string, string>> = {
  instance: "An instance of its own",
  pair: "Two outputs, one each way",
  load: "An output",
  dgn: "Its own message",
  "start+stop": "Two outputs, start and stop",
};

/** The fields of a kind, those apart that every kind has. */
export function formOfKind(schema: MappingJson | undefined): readonly FormField[] {
  return fieldsOf(schema, 0).filter(({ key }) => !commonKeys.has(key));
}

function fieldsOf(schema: MappingJson | undefined, depth: number): readonly FormField[] {
  if (!isObject(schema) || !isObject(schema["properties"])) return [];
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(schema["properties"]).map(([key, inner]) =>
    fieldOf(isObject(inner) ? inner : {}, { key, required: required.includes(key), depth })
  );
}

function fieldOf(
  schema: Json,
  { key, required, depth }: { readonly key: string; readonly required: boolean; readonly depth: number },
): FormField {
  const standard = schema["default"];
  const base = { key, label: labelOf(key), required, ...(standard === undefined ? {} : { standard }) };
  const { minimum, maximum } = boundsOf(schema);
  if (schema["const"] !== undefined) return { ...base, type: "constant", value: schema["const"] };
  if (Array.isArray(schema["enum"]) && schema["enum"].every((one) => typeof one === "string")) {
    return { ...base, type: "choice", choices: schema["enum"] };
  }
  switch (schema["type"]) {
    case "integer":
      return { ...base, type: "number", minimum, maximum };
    case "boolean":
      return { ...base, type: "switch" };
    case "string":
      return { ...base, type: "text", maxLength: numberOf(schema["maxLength"], 200) };
    case "array": {
      const items = schema["items"];
      if (!isObject(items) || items["type"] !== "integer") return { ...base, type: "json" };
      return { ...base, type: "numbers", ...boundsOf(items) };
    }
    case "object":
      return depth < maxDepth && isObject(schema["properties"])
        ? { ...base, type: "group", fields: fieldsOf(schema, depth + 1) }
        : { ...base, type: "json" };
    default:
      return variantsOf(schema, { base, depth });
  }
}

function variantsOf(
  schema: Json,
  { base, depth }: { readonly base: FieldBase; readonly depth: number },
): FormField {
  const options = schema["anyOf"] ?? schema["oneOf"];
  if (!Array.isArray(options) || depth >= maxDepth) return { ...base, type: "json" };
  const variants = options.map((option) => fieldsOf(option, depth + 1));
  if (variants.some((fields) => fields.length === 0)) return { ...base, type: "json" };
  return { ...base, type: "variants", variants: variants.map((fields) => ({ label: variantLabel(fields), fields })) };
}

function variantLabel(fields: readonly FormField[]): string {
  const keys = fields.filter(({ required }) => required).map(({ key }) => key);
  return variantLabels[keys.join("+")] ?? keys.map(labelOf).join(", ");
}

/** What a field is called: `ambientInstance` → `Instance of its sensor`, `anyOther` → `Any other`. */
export function labelOf(key: string): string {
  const words = labels[key] ?? humanize(key);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A word of a choice, e.g. `dc_dimmer` → `DC dimmer`. */
export function choiceLabel(choice: string): string {
  return choiceLabels[choice] ?? humanize(choice);
}

/** What can be chosen, and after it what stands there already and can be chosen no more: nothing else may show in its place. */
export function shownChoices(choices: readonly string[], value: MappingJson | undefined): readonly string[] {
  return typeof value === "string" && !choices.includes(value) ? [...choices, value] : choices;
}

/** Which of the forms a value has; 0 where it has none of them. */
export function variantOf(variants: readonly FormVariant[], value: MappingJson | undefined): number {
  if (!isObject(value)) return 0;
  const found = variants.findIndex(({ fields }) =>
    fields.every((field) =>
      field.type === "constant" ? value[field.key] === field.value : !field.required || value[field.key] !== undefined
    )
  );
  return Math.max(found, 0);
}

/** What stands in a new form before anything was entered: what cannot be otherwise. */
export function firstValue(fields: readonly FormField[]): Json {
  const value: Record<string, MappingJson> = {};
  for (const field of fields) {
    if (field.type === "constant") value[field.key] = field.value;
    if (!field.required) continue;
    if (field.type === "group") value[field.key] = firstValue(field.fields);
    if (field.type === "variants") value[field.key] = firstValue(field.variants[0]?.fields ?? []);
    if (field.type === "choice") value[field.key] = field.choices[0] ?? "";
  }
  return value;
}

/** What is missing or wrong in a value, as sentences of a form; none: the server may look at it. */
export function formProblems(fields: readonly FormField[], value: Json): readonly string[] {
  return fields.flatMap((field) => {
    const entered = value[field.key];
    if (entered === undefined) {
      return field.required && field.standard === undefined ? [`${field.label} is missing.`] : [];
    }
    if (field.type === "group" && isObject(entered)) return formProblems(field.fields, entered);
    if (field.type === "variants" && isObject(entered)) {
      return formProblems(field.variants[variantOf(field.variants, entered)]?.fields ?? [], entered);
    }
    return [];
  });
}

/** `2, 5 7` → the numbers; undefined: something of it is no number in the range. */
export function numbersOf(
  text: string,
  range: { readonly minimum: number; readonly maximum: number },
): readonly number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  const numbers = parts.map(Number);
  const isRight = (number: number) => Number.isInteger(number) && number >= range.minimum && number <= range.maximum;
  return numbers.every(isRight) ? numbers : undefined;
}

function boundsOf(schema: Json) {
  return { minimum: numberOf(schema["minimum"], 0), maximum: numberOf(schema["maximum"], 65_535) };
}

function numberOf(value: MappingJson | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function isObject(value: MappingJson | undefined): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
