import { z } from "zod";
import { messageName, protocolExtensionSchema } from "./protocol_extension.ts";
import { maxPulseS } from "./pulse.ts";

/** Instance of a load, zone or source as the bus numbers it: [0, 250]. */
const instance = z.number().int().min(0).max(250);
/** Lower snake case; two words that are properties of every JavaScript object are names of nothing. */
const snakeName = /^(?!(?:constructor|prototype)$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
/**
 * Instance of an output or a motor: [1, 250], since a command to 0 goes to all of them (RV-C 2023-11, 3.2.4.1). Older
 * mappings that have a 0 are read: the checks of a whole model name it, and safety refuses its commands.
 */
const driven = instance.meta({ minimum: 1 });
const instances = z.array(driven).min(1).max(16);
/** Source address, two hexadecimal digits as in every RV-C document, e.g. `9C`. */
const sourceAddress = z.string().regex(/^[0-9A-F]{2}$/, "expected two hexadecimal digits such as 9C");

/** Who said so, and how it was seen. */
export const provenanceSchema = z.strictObject({
  /** Where the definition comes from. */
  source: z.enum(["factory", "import", "user", "learned"]).default("factory"),
  /** On whose coach, in words, e.g. `2021 Entegra Aspire 44R`. */
  coach: z.string().max(200).optional(),
  /** What was seen: capture, owner's list, switch pressed. */
  evidence: z.string().max(500).optional(),
  /** Seen on the wire or seen to move. What nobody verified asks for a hold before its first use. */
  verified: z.boolean().default(false),
});

/** Fields that every entity has. */
const common = {
  /** Stable name in addresses and storage: lower snake case. */
  id: z.string().max(80).regex(snakeName, "expected lower snake case such as bedroom_ceiling"),
  name: z.string().min(1).max(80),
  /** Lower-case key of an area; its display name is in the model's `areas`. */
  area: z.string().min(1).max(40),
  /** Shown on no page but the list of everything. */
  hidden: z.boolean().default(false),
  provenance: provenanceSchema.prefault({}),
};

/** A load on a dimmer, DC load or AC load controller. Several instances are one thing to its owner: commands fan out. */
const load = z.strictObject({
  via: z.enum(["dc_dimmer", "dc_load", "ac_load"]).default("dc_dimmer"),
  instances,
  /** Command code that switches on: `on_delay` (02), or `on_duration` (01) for momentary outputs. */
  on: z.enum(["on_delay", "on_duration", "set_level"]).default("on_delay"),
  /** With `on_duration`: how long one press lasts, seconds [1, 240]; absent: a momentary pulse. Never continuous. */
  seconds: z.number().int().min(1).max(240).optional(),
});

/**
 * A load that is pulsed: what starts an engine must never stay on. Older mappings that leave it on, or on for longer than
 * {@link maxPulseS}, are read: the checks of a whole model name it, and the plan refuses.
 */
const pulsed = load.extend({
  on: load.shape.on.unwrap().default("on_duration").meta({ enum: ["on_duration"] }),
  seconds: load.shape.seconds.meta({ maximum: maxPulseS }),
});

/**
 * A named set of outputs that other entities command too (a "Motion + Patio + Hitch" switch): only an entity that says
 * so may share its outputs. It obeys the strictest rule of those that it shares with.
 */
const group = z.boolean().optional();

/** A motor that is a pair of dimmer instances, one per direction, never both on. */
const pair = z.strictObject({
  /** Instance that extends, opens, raises or locks. */
  forward: driven,
  /** Instance that retracts, closes, lowers or unlocks. */
  reverse: driven,
  /** How long one press drives it, seconds [1, 240]. */
  seconds: z.number().int().min(1).max(240).default(1),
});

const instanced = { instance };
const motor = z.union([
  z.strictObject({ instance: driven }),
  z.strictObject({ pair }),
]);

const schemas = {
  light: { load, dimmable: z.boolean().default(true), group },
  switch: { load, group },
  lock: { motor },
  tank: { ...instanced, contents: z.enum(["fresh", "gray", "black", "lpg"]) },
  thermostat: {
    ...instanced,
    /** Ambient sensors have their own numbering. */
    ambientInstance: instance.optional(),
    /** Other zones or loads that can heat the same room, e.g. Aqua-Hot. */
    heatSources: z.array(z.strictObject({
      name: z.string().min(1).max(40),
      /** Thermostat zone that controls this source. */
      zone: instance.optional(),
      load: load.optional(),
    })).max(8).default([]),
    canCool: z.boolean().default(true),
    canHeat: z.boolean().default(true),
  },
  air_conditioner: { ...instanced, sourceAddress: sourceAddress.optional() },
  furnace: { ...instanced },
  fan: { driver: z.union([z.strictObject({ instance: driven }), z.strictObject({ load })]), lid: pair.optional() },
  water_heater: {
    /** WATERHEATER_STATUS instance; absent where the heater is loads alone (Aqua-Hot). */
    instance: instance.optional(),
    burner: load.optional(),
    electric: load.optional(),
  },
  water_pump: { driver: z.union([z.strictObject({ dgn: z.literal("water_pump") }), z.strictObject({ load })]) },
  battery: { ...instanced },
  inverter: { ...instanced },
  charger: { ...instanced },
  solar_controller: { ...instanced },
  ac_source: { point: z.enum(["generator", "inverter", "charger", "transfer_switch"]), ...instanced },
  transfer_switch: { ...instanced },
  generator: {
    driver: z.union([
      z.strictObject({ dgn: z.literal("generator") }),
      z.strictObject({ start: pulsed, stop: pulsed }),
    ]),
  },
  shade: { motor },
  awning: { motor },
  slide: { motor },
  leveling: {},
  temperature: { ...instanced },
  sensor: {
    /** Row name of any message, and its field. */
    message: z.string().min(1),
    field: z.string().min(1),
    instance: instance.optional(),
    sourceAddress: sourceAddress.optional(),
    /** What the reading means to people. */
    meaning: z.enum(["door", "motion", "leak", "smoke", "generic"]).default("generic"),
  },
  chassis: {},
  engine: {},
  clock: {},
} as const;

/** Every kind of entity, in the order in which pages list them. */
export const entityKinds = Object.keys(schemas) as (keyof typeof schemas)[];
export type EntityKindName = keyof typeof schemas;

function variant<K extends EntityKindName>(kind: K) {
  return z.strictObject({ ...common, kind: z.literal(kind), ...schemas[kind] });
}

/** One entity of a coach: what it is, where it is, how the bus numbers it, and who says so. */
export const entityDefinitionSchema = z.discriminatedUnion("kind", [
  variant("light"),
  variant("switch"),
  variant("lock"),
  variant("tank"),
  variant("thermostat"),
  variant("air_conditioner"),
  variant("furnace"),
  variant("fan"),
  variant("water_heater"),
  variant("water_pump"),
  variant("battery"),
  variant("inverter"),
  variant("charger"),
  variant("solar_controller"),
  variant("ac_source"),
  variant("transfer_switch"),
  variant("generator"),
  variant("shade"),
  variant("awning"),
  variant("slide"),
  variant("leveling"),
  variant("temperature"),
  variant("sensor"),
  variant("chassis"),
  variant("engine"),
  variant("clock"),
]);

export type EntityDefinition = z.infer<typeof entityDefinitionSchema>;
/** The definition of one kind, e.g. `DefinitionOf<"light">`. */
export type DefinitionOf<K extends EntityKindName> = Extract<EntityDefinition, { kind: K }>;
export type LoadDefinition = z.infer<typeof load>;
export type PairDefinition = z.infer<typeof pair>;
export type Provenance = z.infer<typeof provenanceSchema>;

/** A coach model as its file states it. */
export const coachModelSchema = z.strictObject({
  /** Lower snake case, the file's name without ending. */
  id: z.string().max(80).regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, "expected lower snake case such as my_coach_2021"),
  name: z.string().min(1).max(120),
  make: z.string().max(60).optional(),
  model: z.string().max(60).optional(),
  year: z.number().int().min(1980).max(2100).optional(),
  /** Version of the model's content: goes up with every release that changes it. */
  version: z.number().int().min(1),
  /** Where the facts come from: repository, licence, what was seen. */
  origin: z.strictObject({ source: z.string().min(1), licence: z.string().optional(), what: z.string().optional() }),
  notes: z.array(z.string()).default([]),
  /** Area key → display name, in the order in which pages show them. */
  areas: z.record(
    z.string().max(40).regex(snakeName, "expected lower snake case such as living_room"),
    z.string().min(1).max(80),
  ),
  /** Messages that the standards do not have and this coach sends, by name; sensors may show their fields. */
  protocol: z.record(messageName, protocolExtensionSchema).default({}),
  entities: z.array(entityDefinitionSchema).max(2000),
});
export type CoachModel = z.infer<typeof coachModelSchema>;
