import { humanize, type MappedEntityView, type MappingJson, type MappingStatusView } from "../wire/mod.ts";
import { choiceLabel, labelOf } from "./coach_form.ts";

const text = {
  update: "Update available",
  version: (name: string, version: number) => `${name}, version ${version}`,
  nothing: "nothing",
  yes: "yes",
  no: "no",
  instances: (numbers: string) => `instance ${numbers}`,
  several: (numbers: string) => `instances ${numbers}`,
  forward: (number: string) => `instance ${number} one way`,
  reverse: (number: string) => `instance ${number} the other way`,
  seconds: (seconds: string) => `${seconds} s`,
  device: (name: string) => `${name}, the whole device`,
  field: (name: string, field: string) => `${name}: ${field}`,
  area: (key: string) => `Area ${key}`,
  message: (name: string) => `Message ${name}`,
  order: "Order of the lists",
  model: (field: string) => `Model: ${field}`,
};

/** The state of the mapping in few words, for lists. */
export function mappingHeadline(status: MappingStatusView): string {
  return status.updateAvailable ? text.update : text.version(status.name, status.version);
}

/** Where definitions come from. */
export const mappingSourceWords: Readonly<Record<MappedEntityView["source"], string>> = {
  factory: "From the coach model",
  import: "Imported",
  user: "Entered by the owner",
  learned: "Learned from the bus",
};

/** Field of a definition → what people call it. */
const fieldWords: Readonly<Record<string, string>> = {
  name: "name",
  area: "area",
  hidden: "hidden",
  kind: "kind",
  verified: "seen to work",
  evidence: "how it was seen",
  coach: "on which coach",
  source: "where it comes from",
  provenance: "where it comes from",
};

/** A field in the middle of a sentence, e.g. `name`, `output`. */
export function fieldName(field: string): string {
  const label = fieldWords[field] ?? labelOf(field);
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** Path of a mapping in words: `/entities/bedroom_ceiling/load` → `Bedroom ceiling: output`. */
export function mappingPathWords(path: string, names: Readonly<Record<string, string>>): string {
  const [section = "", key = "", ...rest] = path.slice(1).split("/").map((part) =>
    part.replaceAll("~1", "/").replaceAll("~0", "~")
  );
  switch (section) {
    case "entities": {
      const name = names[key] ?? humanize(key);
      const field = rest.at(-1);
      return field === undefined ? text.device(name) : text.field(name, fieldName(field));
    }
    case "areas":
      return text.area(key);
    case "protocol":
      return text.message(key);
    case "order":
      return text.order;
    default:
      return text.model(fieldName(key));
  }
}

/** Longest value that is shown, characters. */
const maxValueLength = 90;

/** A value of a mapping as people read it; never more than a line or two. */
export function mappingValueWords(value: MappingJson | undefined): string {
  const words = plainWords(value);
  return words.length <= maxValueLength ? words : `${words.slice(0, maxValueLength - 1)}…`;
}

function plainWords(value: MappingJson | undefined): string {
  if (value === undefined || value === null) return text.nothing;
  if (typeof value === "boolean") return value ? text.yes : text.no;
  if (typeof value === "string") return `“${value}”`;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? text.nothing : value.map(innerWords).join(", ");
  const entries = Object.entries(value);
  if (entries.length === 0) return text.nothing;
  return entries.map(memberWords).filter((words) => words !== "").join(", ");
}

function memberWords([key, value]: readonly [string, MappingJson]): string {
  if (key === "instances" && Array.isArray(value)) {
    return value.length === 1 ? text.instances(String(value[0])) : text.several(value.join(", "));
  }
  switch (key) {
    case "via":
    case "dgn":
    case "pair":
      return innerWords(value);
    case "forward":
      return text.forward(innerWords(value));
    case "reverse":
      return text.reverse(innerWords(value));
    // How nearly every output is switched on: not worth a word.
    case "on":
      return value === "on_delay" ? "" : innerWords(value);
    case "seconds":
      return text.seconds(innerWords(value));
    default:
      return `${fieldName(key)} ${innerWords(value)}`;
  }
}

/** Words of tables need no quotes inside of a definition. */
function innerWords(value: MappingJson): string {
  return typeof value === "string" ? choiceLabel(value) : plainWords(value);
}

/** Words that reach into the program itself: never a name. */
const reserved: ReadonlySet<string> = new Set(["constructor", "prototype"]);

/** A name for addresses from what the owner calls a thing: `Anna's lamp` → `anna_s_lamp`. */
export function entityIdOf(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/[\u0300-\u036f]/g, "").toLowerCase();
  const words = plain.split(/[^a-z0-9]+/).filter((word) => word !== "");
  const id = words.join("_").slice(0, 60).replace(/_$/, "");
  return /^[a-z]/.test(id) && !reserved.has(id) || id === "" ? id : `device_${id}`;
}
