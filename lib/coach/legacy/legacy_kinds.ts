import type { EntityKindName } from "../definition.ts";
import type { Json } from "../mapping.ts";
import type { LegacyMention } from "./legacy_mention.ts";

/** A mention and the message that its number means. */
export interface ReadMention {
  readonly mention: LegacyMention;
  readonly message: string;
  /** For people, e.g. `1FEDA (DC_DIMMER_STATUS_3)`. */
  readonly shown: string;
}

/** What the kind of an entity needs, beside its id, name and area; or why nothing can be made of it. */
export type KindDraft =
  | {
    readonly kind: EntityKindName;
    readonly fields: { readonly [key: string]: Json };
    /** Instances that it is on, in words for an id. */
    readonly instances: readonly number[];
    /** Mentions of instances that it cannot have besides. */
    readonly left: readonly ReadMention[];
  }
  | { readonly why: string };

/** Messages that tell of one and the same thing on a coach. */
export interface Family {
  readonly name: string;
  readonly messages: RegExp;
  /** Words of the earlier mapping that go with it. */
  readonly types: readonly string[];
  /** The message alone says what it is, so that a missing type, `unknown` and `sensor` will do. */
  readonly saysItself: boolean;
  /** All mentions of one entity in this family. */
  draft(mentions: readonly ReadMention[]): KindDraft;
}

const lampTypes = ["light", "dimmer", "dimmable_light", "lamp"];
const switchTypes = ["switch", "outlet", "relay", "load", "ac_load", "dc_load"];
const motorTypes = ["awning", "cover", "jack", "leveling", "lock", "shade", "slide", "vent", "window"];
const pumpTypes = ["pump", "water_pump"];
const loadTypes = [...lampTypes, ...switchTypes, ...pumpTypes, "fan"];

/** Families in the order in which they are looked through. */
export const families: readonly Family[] = [
  loads("dimmer output", { via: "dc_dimmer", messages: /^DC_DIMMER_(STATUS_[123]|COMMAND(_2)?)$/ }),
  loads("DC load", { via: "dc_load", messages: /^DC_LOAD_(STATUS(_2)?|COMMAND)$/ }),
  loads("AC load", { via: "ac_load", messages: /^AC_LOAD_(STATUS(_2)?|COMMAND)$/ }),
  {
    name: "thermostat",
    messages: /^THERMOSTAT_/,
    types: ["climate", "climate_zone", "hvac", "temperature", "temperature_sensor", "thermostat"],
    saysItself: true,
    draft: thermostat,
  },
  numbered("air conditioner", "air_conditioner", {
    messages: /^AIR_CONDITIONER_(STATUS|COMMAND)$/,
    types: ["ac", "ac_unit", "air_conditioner", "hvac"],
  }),
  numbered("furnace", "furnace", { messages: /^FURNACE_(STATUS|COMMAND)$/, types: ["furnace", "heater"] }),
  numbered("water heater", "water_heater", {
    messages: /^WATERHEATER_(STATUS|COMMAND)(_2)?$/,
    types: ["heater", "water_heater", "waterheater"],
  }),
  {
    name: "tank",
    messages: /^TANK_STATUS$/,
    types: ["level_sensor", "tank", "tank_sensor"],
    saysItself: true,
    draft: tank,
  },
  numbered("battery", "battery", {
    messages: /^DC_SOURCE_STATUS_\d+$/,
    types: ["battery", "battery_monitor", "dc_source", "voltage_sensor"],
  }),
  numbered("inverter", "inverter", {
    messages: /^INVERTER_(STATUS|COMMAND|AC_STATUS_[134]|DC_STATUS)$/,
    types: ["inverter"],
  }),
  numbered("charger", "charger", { messages: /^CHARGER_(STATUS(_2)?|COMMAND|AC_STATUS_[134])$/, types: ["charger"] }),
  numbered("solar controller", "solar_controller", {
    messages: /^SOLAR_CONTROLLER_(STATUS(_\d)?|COMMAND|BATTERY_STATUS|SOLAR_ARRAY_STATUS)$/,
    types: ["solar", "solar_controller"],
  }),
  numbered("AC source", "ac_source", {
    messages: /^ATS_AC_STATUS_\d$/,
    types: ["ac_source", "ats", "power", "transfer_switch"],
    fields: { point: "transfer_switch" },
  }),
  numbered("AC source", "ac_source", {
    messages: /^GENERATOR_AC_STATUS_\d$/,
    types: ["ac_source", "generator", "power"],
    fields: { point: "generator" },
  }),
  numbered("transfer switch", "transfer_switch", {
    messages: /^ATS_(STATUS|COMMAND)$/,
    types: ["ats", "transfer_switch"],
  }),
  single("generator", "generator", {
    messages: /^GENERATOR_(STATUS_[12]|COMMAND|DEMAND_(STATUS|COMMAND))$/,
    types: ["generator"],
    fields: { driver: { dgn: "generator" } },
  }),
  single("water pump", "water_pump", {
    messages: /^WATER_PUMP_(STATUS|COMMAND)$/,
    types: pumpTypes,
    fields: { driver: { dgn: "water_pump" } },
  }),
  numbered("roof fan", "fan", {
    messages: /^ROOF_FAN_(STATUS|COMMAND)_[12]$/,
    types: ["fan", "vent"],
    place: (instance) => ({ driver: { instance } }),
  }),
  motor("lock", { messages: /^LOCK_(STATUS|COMMAND)$/ }),
  motor("awning", { messages: /^AWNING_(STATUS|COMMAND)(_2)?$/ }),
  motor("slide", { messages: /^SLIDE_(STATUS|COMMAND)$/ }),
  motor("shade", { messages: /^WINDOW_SHADE_CONTROL_(STATUS|COMMAND)$/ }),
  single("leveling", "leveling", {
    messages: /^LEVELING_(CONTROL|JACK)_(STATUS|COMMAND)$/,
    types: ["jack", "leveling"],
  }),
  single("clock", "clock", { messages: /^(SET_)?DATE_TIME_(STATUS|COMMAND)$/, types: ["clock"] }),
  single("chassis", "chassis", { messages: /^(CHASSIS_MOBILITY_STATUS(_2)?|CCVS1)$/, types: ["chassis", "vehicle"] }),
  single("engine", "engine", { messages: /^(EEC1|ET1)$/, types: ["engine"] }),
];

/** Whether an entity that says it is of this type may have such a message. */
export function goesWith(type: string, message: string): boolean {
  return families.some((family) => family.messages.test(message) && family.types.includes(type));
}

/** Types that say nothing. */
export function saysNothing(type: string | undefined): boolean {
  return type === undefined || type === "unknown" || type === "sensor" || type === "generic";
}

function loads(name: string, about: { readonly via: string; readonly messages: RegExp }): Family {
  const { via, messages } = about;
  return {
    name,
    messages,
    types: loadTypes,
    saysItself: false,
    draft(mentions) {
      const type = mentions.map(({ mention }) => mention.deviceType).find((found) => !saysNothing(found));
      const instances = outputsOf(mentions);
      if (instances.length === 0) return noNumber(mentions);
      if (type === undefined) {
        return { why: "the earlier mapping does not say what is on this output: it may be a motor" };
      }
      const load = { via, instances };
      const used = { instances, left: mentions.filter((mention) => !isOn(mention, instances)) };
      if (pumpTypes.includes(type)) return { kind: "water_pump", fields: { driver: { load } }, ...used };
      if (type === "fan") return { kind: "fan", fields: { driver: { load } }, ...used };
      if (switchTypes.includes(type)) return { kind: "switch", fields: { load }, ...used };
      const says = mentions.some(({ mention }) => mention.capabilities.includes("brightness"));
      const dimmable = via === "dc_dimmer" && (says || type.startsWith("dim"));
      return { kind: "light", fields: { load, dimmable }, ...used };
    },
  };
}

function isOn({ mention: { instance, commandInstances } }: ReadMention, instances: readonly number[]): boolean {
  return instance === undefined || instances.includes(instance) || commandInstances.length > 0;
}

/** The outputs that a command goes to; those that were only heard where nothing was commanded. */
function outputsOf(mentions: readonly ReadMention[]): readonly number[] {
  const listed = mentions.flatMap(({ mention }) => mention.commandInstances);
  if (listed.length > 0) return inOrder(listed);
  const sent = mentions.filter(({ mention, message }) => mention.isCommand || /_COMMAND(_\d)?$/.test(message));
  const commanded = sent.flatMap(({ mention: { instance } }) => instance ?? []);
  if (commanded.length > 0) return inOrder(commanded);
  return inOrder(mentions.flatMap(({ mention: { instance } }) => instance ?? []));
}

function inOrder(instances: readonly number[]): readonly number[] {
  return [...new Set(instances)].sort((a, b) => a - b);
}

/** A thing that has one number, and what else was said of it. */
function onOne(instance: number, mentions: readonly ReadMention[]) {
  return { instances: [instance], left: mentions.filter((mention) => !isOn(mention, [instance])) };
}

function numbered(name: string, kind: EntityKindName, about: {
  readonly messages: RegExp;
  readonly types: readonly string[];
  readonly fields?: { readonly [key: string]: Json };
  readonly place?: (instance: number) => { readonly [key: string]: Json };
}): Family {
  const { messages, types, fields = {}, place = (instance) => ({ instance }) } = about;
  return {
    name,
    messages,
    types,
    saysItself: true,
    draft(mentions) {
      const instance = firstInstance(mentions);
      if (instance === undefined) return noNumber(mentions);
      return { kind, fields: { ...fields, ...place(instance) }, ...onOne(instance, mentions) };
    },
  };
}

function motor(kind: "lock" | "awning" | "slide" | "shade", { messages }: { readonly messages: RegExp }): Family {
  return numbered(kind, kind, { messages, types: [kind, "cover"], place: (instance) => ({ motor: { instance } }) });
}

function single(name: string, kind: EntityKindName, about: {
  readonly messages: RegExp;
  readonly types: readonly string[];
  readonly fields?: { readonly [key: string]: Json };
}): Family {
  const { messages, types, fields = {} } = about;
  return { name, messages, types, saysItself: true, draft: () => ({ kind, fields, instances: [], left: [] }) };
}

function thermostat(mentions: readonly ReadMention[]): KindDraft {
  const isAmbient = ({ message }: ReadMention) => message === "THERMOSTAT_AMBIENT_STATUS";
  const [sensors, zones] = [mentions.filter(isAmbient), mentions.filter((mention) => !isAmbient(mention))];
  const [ambient, zone] = [firstInstance(sensors), firstInstance(zones)];
  const types = mentions.map(({ mention }) => mention.deviceType);
  if (zone === undefined) {
    if (ambient === undefined) return noNumber(mentions);
    const measures = types.every((type) =>
      saysNothing(type) || type === "temperature" || type === "temperature_sensor"
    );
    return measures
      ? { kind: "temperature", fields: { instance: ambient }, ...onOne(ambient, mentions) }
      : { why: "only its sensor is mapped, and no zone that could be set" };
  }
  const capabilities = mentions.flatMap(({ mention }) => mention.capabilities);
  const heatsOnly = capabilities.includes("setpoint_heat") && !capabilities.includes("setpoint");
  return {
    kind: "thermostat",
    fields: { instance: zone, ...(ambient === undefined ? {} : { ambientInstance: ambient }), canCool: !heatsOnly },
    instances: [zone],
    left: [...onOne(zone, zones).left, ...(ambient === undefined ? [] : onOne(ambient, sensors).left)],
  };
}

const contents = [
  { contents: "fresh", words: /fresh|potable/ },
  { contents: "gray", words: /gr[ae]y|galley/ },
  { contents: "black", words: /black|sewage|waste/ },
  { contents: "lpg", words: /lpg|propane/ },
] as const;
/** TANK_STATUS, instance: RV-C 2023-11, 6.28.2. */
const standardContents = ["fresh", "black", "gray", "lpg"] as const;

function tank(mentions: readonly ReadMention[]): KindDraft {
  const instance = firstInstance(mentions);
  if (instance === undefined) return noNumber(mentions);
  // What its owner reads says more than an id that was copied.
  const said = (["tankType", "name", "entityId"] as const).flatMap((word) =>
    mentions.map(({ mention }) => (mention[word] ?? "").toLowerCase())
  );
  const named = said.flatMap((text) => contents.filter(({ words }) => words.test(text))).map((found) => found.contents);
  const found = named[0] ?? standardContents[instance];
  return found === undefined
    ? { why: `nothing says what is in it, and the standard gives no meaning to instance ${instance}` }
    : { kind: "tank", fields: { instance, contents: found }, ...onOne(instance, mentions) };
}

function firstInstance(mentions: readonly ReadMention[]): number | undefined {
  return mentions.map(({ mention }) => mention.instance).find((instance) => instance !== undefined);
}

function noNumber(mentions: readonly ReadMention[]): KindDraft {
  const written = mentions[0]?.mention.instanceText ?? "";
  return written === "default" || written === ""
    ? { why: "the earlier mapping gives no number of the instance" }
    : { why: `its instance is "${written.slice(0, 40)}", expected a number from 0 to 250` };
}

/** Why a type does not go with a message, in a sentence. */
export function mismatchText(type: string | undefined, family: Family): string {
  if (type !== undefined && motorTypes.includes(type) && !family.saysItself) {
    return "a motor needs one output for each direction, and the earlier mapping names one output alone";
  }
  return `a "${(type ?? "").slice(0, 40)}" is nothing that can be on a ${family.name}`;
}
