import { crossCheck } from "../cross_check.ts";
import { type CoachModel, coachModelSchema } from "../definition.ts";
import type { KnownMessages } from "../known_messages.ts";
import type { Json } from "../mapping.ts";
import { schemaProblems } from "../schema_problems.ts";
import { LegacyAreas } from "./legacy_areas.ts";
import { legacyEntities, type LegacyEntity, type ListedMention, nameOf } from "./legacy_entities.ts";
import type { LegacyMention } from "./legacy_mention.ts";
import { legacyMentions } from "./legacy_mentions.ts";
import { underscored } from "./legacy_names.ts";
import { type LegacyMap, memberOf, textOf } from "./legacy_node.ts";
import type { LegacyPlace, LegacyRemark, NotMapped } from "./legacy_plan.ts";

/** A model made of an earlier mapping, and what became of everything in it. */
export interface LegacyModel {
  /** Undefined: not one entity could be made. */
  readonly model: CoachModel | undefined;
  readonly notMapped: readonly NotMapped[];
  readonly changed: readonly LegacyRemark[];
  /** Fields that nothing is made of. */
  readonly unusedFields: readonly NotMapped[];
  /** Whether an entity is made of each mention, by the thing that it is a mention of. */
  readonly things: readonly (readonly boolean[])[];
}

export interface LegacyModelOptions {
  /** The mapping, relative to the folder of the installation. */
  readonly file: string;
  readonly messages: KnownMessages;
}

/** Makes a model of a mapping. The model passes every check that a model file passes. */
export function legacyModel(root: LegacyMap, options: LegacyModelOptions): LegacyModel {
  const { file, messages } = options;
  const about = coachOf(root);
  const areas = new LegacyAreas(memberOf(root, "areas"));
  const found = legacyMentions(root);
  const made = legacyEntities(found.mentions, {
    messages,
    areas,
    provenance: { source: "import", coach: about.name, evidence: evidenceOf(file), verified: false },
  });
  const frame = {
    id: modelIdOf(file),
    ...about.fields,
    name: about.name,
    version: 1,
    origin: { source: "earlier CoachIQ installation", what: file.slice(0, 200) },
    areas: areas.names,
  };
  const { model, dropped } = checkedModel(made.entities, { frame, messages });
  const listed = [...made.listed, ...dropped];
  const left = new Set(listed.map(({ mention }) => mention));
  return {
    model,
    notMapped: [...found.notMapped, ...about.notMapped, ...listed.map(notMappedOf)],
    unusedFields: unusedFieldsOf(found.mentions),
    changed: made.changed,
    things: made.things.map((mentions) => mentions.map((mention) => !left.has(mention))),
  };
}

/** `config/2021_Entegra_Aspire_44R.yml` → `legacy_2021_entegra_aspire_44r`. */
export function modelIdOf(file: string): string {
  const name = file.split("/").at(-1)?.replace(/\.ya?ml$/i, "") ?? "";
  return `legacy_${underscored(name) || "coach"}`;
}

function evidenceOf(file: string): string {
  return `Mapping of an earlier installation (${file.slice(0, 300)}); not seen on the wire by this program`;
}

function notMappedOf({ mention, why }: ListedMention): NotMapped {
  const { dgnText, instanceText, where } = mention;
  const at = dgnText === "" ? "" : ` at ${dgnText}, instance ${instanceText}`.slice(0, 80);
  return { where, what: mention.entityId ?? mention.name ? `${nameOf(mention)}${at}` : nameOf(mention), why };
}

/** Fields that nothing is made of, each once: templates put them into every entity. */
function unusedFieldsOf(mentions: readonly LegacyMention[]): readonly NotMapped[] {
  const byField = new Map<string, LegacyMention[]>();
  for (const mention of mentions) {
    for (const field of mention.unusedFields) {
      const list = byField.get(field);
      if (list) list.push(mention);
      else byField.set(field, [mention]);
    }
  }
  return [...byField].flatMap(([field, [first, ...others]]) =>
    first
      ? [{
        where: first.where,
        what: `field "${field.slice(0, 60)}" at ${others.length + 1} place${others.length === 0 ? "" : "s"}`,
        why: unusedFieldText(field),
      }]
      : []
  );
}

function unusedFieldText(field: string): string {
  switch (field) {
    case "interface":
      return "an entity is heard on every bus; can.interfaces says which there are";
    case "group_mask":
      return "commands go to the instance and to no group";
    case "timeout":
    case "retry_count":
      return "how long an answer is waited for is the same for all";
    case "protocol":
    case "secondary_protocols":
    case "protocol_metadata":
    case "can_arbitration_id_formula":
      return "the message says it";
    default:
      return "nothing in this version needs it";
  }
}

interface Frame {
  readonly frame: { readonly [key: string]: unknown };
  readonly messages: KnownMessages;
}

/** Takes out, with the reason, what would not pass the checks of a model file: outputs that two things drive. */
function checkedModel(entities: readonly LegacyEntity[], { frame, messages }: Frame): {
  readonly model: CoachModel | undefined;
  readonly dropped: readonly ListedMention[];
} {
  const dropped: ListedMention[] = [];
  let left = entities;
  // Each round takes at least one out, or ends.
  for (;;) {
    if (left.length === 0) return { model: undefined, dropped };
    const value = { ...frame, entities: left.map(({ definition }) => definition) };
    const parsed = coachModelSchema.safeParse(value);
    const problems = parsed.success
      ? crossCheck(parsed.data, { placeOf: () => "", messages })
      : schemaProblems(value, parsed.error.issues);
    if (problems.length === 0 && parsed.success) return { model: parsed.data, dropped };
    const bad = new Map(problems.flatMap(({ path: [section, index, ...rest], text }) => {
      if (section !== "entities" || typeof index !== "number") return [];
      // What the checks between entities say names the output itself.
      return [[index, parsed.success ? text : `${rest.map(String).join(".")} ${text}`]];
    }));
    // Nothing that an entity could be blamed for.
    if (bad.size === 0) return { model: undefined, dropped: [...dropped, ...all(left, problems[0]?.text ?? "")] };
    for (const [index, why] of bad) dropped.push(...all(left.slice(index, index + 1), why));
    left = left.filter((_, index) => !bad.has(index));
  }
}

function all(entities: readonly LegacyEntity[], why: string): readonly ListedMention[] {
  return entities.flatMap(({ mentions }) => mentions.map((mention) => ({ mention, why })));
}

interface CoachWords {
  readonly name: string;
  readonly fields: { readonly [key: string]: Json };
  readonly notMapped: readonly NotMapped[];
}

const words = ["year", "make", "model", "trim"] as const;
const noted = ["notes", "chassis", "engine", "transmission"] as const;

/** What `coach_info` says. */
function coachOf(root: LegacyMap): CoachWords {
  const info = memberOf(root, "coach_info");
  const word = (key: string) => textOf(memberOf(info, key))?.trim();
  const [yearText, make, series, trim] = words.map(word);
  const year = Number(yearText);
  const known = year >= 1980 && year <= 2100 && Number.isInteger(year);
  const model = [series, trim].filter((part) => part !== undefined).join(" ").slice(0, 60);
  const name = [known ? yearText : undefined, make, model].filter((part) => part !== undefined && part !== "").join(
    " ",
  );
  const notes = noted.flatMap((key) => {
    const text = word(key);
    return text === undefined ? [] : [key === "notes" ? text : `${key}: ${text}`];
  });
  const title = textOf(memberOf(root, "model_name"))?.trim();
  return {
    name: (name === "" ? title ?? "Coach of an earlier installation" : name).slice(0, 120),
    fields: {
      ...(make === undefined ? {} : { make: make.slice(0, 60) }),
      ...(model === "" ? {} : { model }),
      ...(known ? { year } : {}),
      notes: notes.map((note) => note.slice(0, 1000)),
    },
    notMapped: leftInfo(info),
  };
}

function leftInfo(info: ReturnType<typeof memberOf>): readonly NotMapped[] {
  if (info?.kind !== "map") return [];
  const used: readonly string[] = [...words, ...noted];
  return info.members.filter(({ key }) => !used.includes(key)).map((
    { key, place }: { key: string; place: LegacyPlace },
  ) => ({
    where: place,
    what: `coach_info.${key.slice(0, 60)}`,
    why: key === "vin_pattern" ? "no model is chosen by the VIN" : "it was about the file, not about the coach",
  }));
}
