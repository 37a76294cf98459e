import type { LoadDefinition } from "../coach/mod.ts";
import { reading } from "../protocol/mod.ts";
import { bind } from "./binding.ts";
import { booleanReading, choiceReading, flagReading, notAvailable, numberOf, numberReading, says } from "./readings.ts";
import type { Binding, DerivedSignal, Heard, Message, OutgoingMessage, Reading } from "./types.ts";

/** Messages and fields of one way of driving a load. */
interface LoadWay {
  readonly key: string;
  readonly status: string;
  /** Second status message, where lock, overcurrent and the like are. */
  readonly flags?: string;
  readonly command: string;
  /** Field of the level in `status`. */
  readonly level: string;
}

/** RV-C 2023-11, sections 6.24 (DC dimmer), 6.23 (DC load), 6.22 (AC load). */
const ways: Readonly<Record<LoadDefinition["via"], LoadWay>> = {
  dc_dimmer: {
    key: "dimmer",
    status: "DC_DIMMER_STATUS_3",
    command: "DC_DIMMER_COMMAND_2",
    level: "operating_status_brightness",
  },
  dc_load: {
    key: "dcLoad",
    status: "DC_LOAD_STATUS",
    flags: "DC_LOAD_STATUS_2",
    command: "DC_LOAD_COMMAND",
    level: "operating_status",
  },
  ac_load: {
    key: "acLoad",
    status: "AC_LOAD_STATUS",
    flags: "AC_LOAD_STATUS_2",
    command: "AC_LOAD_COMMAND",
    level: "operating_status",
  },
};

/** What all outputs of a load say together. Absent: never heard, or heard of too few outputs to say it. */
export interface LoadState {
  /** Any output on; false only when every output was heard off. */
  readonly on?: DerivedSignal | undefined;
  /** Level of the brightest output, [0, 100]; no number while an output ramps or flashes. */
  readonly levelPct?: DerivedSignal | undefined;
  readonly changing?: DerivedSignal | undefined;
  readonly flashing?: DerivedSignal | undefined;
  /** A load waits for its restart lock-out or delay. */
  readonly delayActive?: DerivedSignal | undefined;
  readonly locked?: DerivedSignal | undefined;
  readonly overcurrent?: DerivedSignal | undefined;
  readonly undercurrent?: DerivedSignal | undefined;
  readonly overridden?: DerivedSignal | undefined;
  readonly disabled?: DerivedSignal | undefined;
  readonly interlocked?: DerivedSignal | undefined;
  /** Of all outputs together, A. */
  readonly currentA?: DerivedSignal | undefined;
  /** Loads of several outputs: how many of them are on. */
  readonly outputsOn?: DerivedSignal | undefined;
  /** Loads of several outputs: they do not all have the same level. Absent until all levels are known. */
  readonly mixed?: DerivedSignal | undefined;
  readonly lastCommand?: DerivedSignal | undefined;
}

/** Present current of a load lies within this, A. A zero-filled field reads −1600 A and is none. */
const loadCurrentA: readonly [number, number] = [-500, 500];

/** Keys of the bindings that carry the level, one per output. */
export function loadKeys(load: LoadDefinition, prefix = ""): readonly string[] {
  const { key } = ways[load.via];
  return load.instances.map((instance) => `${prefix}${key}:${instance}`);
}

/** Status streams of a load: one per output, and a second one for its flags where the standard has it. */
export function loadBindings(load: LoadDefinition, prefix = ""): readonly Binding[] {
  const way = ways[load.via];
  return load.instances.flatMap((instance) => {
    const key = `${prefix}${way.key}:${instance}`;
    const level = bind(key, { message: way.status, instance });
    return way.flags ? [level, bind(`${key}:flags`, { message: way.flags, instance })] : [level];
  });
}

/** State of a load out of the messages of its outputs. */
export function deriveLoad(
  load: LoadDefinition,
  options: { readonly heard: Heard; readonly prefix?: string },
): LoadState {
  const { heard } = options;
  const way = ways[load.via];
  const levelKeys = loadKeys(load, options.prefix);
  const flagKeys = way.flags ? levelKeys.map((key) => `${key}:flags`) : levelKeys;
  const field = (keys: readonly string[], read: (message: Message) => Reading | undefined) =>
    keys.map((from): DerivedSignal | undefined => {
      const message = heard.get(from);
      const found = message && read(message);
      return found && { reading: found, from };
    });
  const flag = (name: string, wanted: string) =>
    anyOf(field(flagKeys, (message) => mapped(reading(message, name), (found) => flagReading(found, wanted))));
  const special = (word: string) => anyOf(field(levelKeys, (message) => specialOf(reading(message, way.level), word)));
  const on = field(levelKeys, (message) => onOf(message, way));
  const levels = field(levelKeys, (message) => levelOf(message, way));
  return {
    on: anyOf(on),
    levelPct: brightestOf(levels),
    ...(load.via === "dc_dimmer"
      ? {
        changing: special("value_is_changing"),
        flashing: special("output_is_flashing"),
        undercurrent: flag("undercurrent", "active"),
      }
      : {
        delayActive: special("load_delay_active"),
        currentA: sumOf(field(levelKeys, (message) => currentOf(message))),
      }),
    locked: flag("lock_status", "locked"),
    overcurrent: flag("overcurrent_status", "overcurrent"),
    overridden: flag("override_status", "active"),
    disabled: flag("enable_status", "disabled"),
    interlocked: flag("interlock_status", "active"),
    lastCommand: field(flagKeys, (message) => mapped(reading(message, "last_command"), choiceReading))
      .find((signal) => signal !== undefined),
    ...(levelKeys.length > 1 ? togetherOf(on, levels) : {}),
  };
}

/** Any true is true; all false is false; some never heard is unheard; else what the first one says instead. */
export function anyOf(signals: readonly (DerivedSignal | undefined)[]): DerivedSignal | undefined {
  const on = signals.find((signal) => says(signal?.reading, true));
  if (on || signals.includes(undefined)) return on;
  return signals.find((signal) => !says(signal?.reading, false)) ?? signals[0];
}

function onOf(message: Message, way: LoadWay): Reading | undefined {
  const level = reading(message, way.level);
  if (level === undefined) return undefined;
  const percent = numberOf(levelReading(level));
  if (percent !== undefined) return booleanReading(percent > 0);
  // No level: ramping, flashing, or not stated. The dimmer's load bit says it, where the node sends it.
  const load = mapped(reading(message, "load_status"), (found) => flagReading(found, "on_or_flashing"));
  return load && "value" in load ? load : "status" in level ? level : notAvailable;
}

function levelOf(message: Message, way: LoadWay): Reading | undefined {
  return mapped(reading(message, way.level), levelReading);
}

/** 100.5 % to 125 % are scenes and memory codes in a command and nothing in a status (RV-C 2023-11, 6.24.6). */
function levelReading(level: Reading): Reading {
  return numberReading(level, { plausible: [0, 100] });
}

function specialOf(level: Reading | undefined, word: string): Reading | undefined {
  if (level === undefined || "status" in level) return level;
  return booleanReading(level.label === word);
}

function currentOf(message: Message): Reading | undefined {
  return mapped(
    reading(message, "present_current"),
    (found) => numberReading(found, { plausible: loadCurrentA }),
  );
}

function mapped(found: Reading | undefined, read: (reading: Reading) => Reading): Reading | undefined {
  return found && read(found);
}

function brightestOf(levels: readonly (DerivedSignal | undefined)[]): DerivedSignal | undefined {
  const heard = levels.filter((level) => level !== undefined);
  const vague = heard.find((level) => numberOf(level.reading) === undefined);
  if (vague) return vague;
  const brightest = heard.reduce<DerivedSignal | undefined>(
    (best, level) => !best || (numberOf(level.reading) ?? 0) > (numberOf(best.reading) ?? 0) ? level : best,
    undefined,
  );
  const complete = heard.length === levels.length;
  return brightest && (complete || (numberOf(brightest.reading) ?? 0) > 0) ? brightest : undefined;
}

function sumOf(currents: readonly (DerivedSignal | undefined)[]): DerivedSignal | undefined {
  let sum = 0;
  for (const current of currents) {
    const value = numberOf(current?.reading);
    if (value === undefined) return current;
    sum += value;
  }
  const first = currents[0];
  if (!first || currents.length === 1) return first;
  return { reading: { value: Math.round(sum * 100) / 100, unit: "A" }, from: first.from };
}

function togetherOf(
  on: readonly (DerivedSignal | undefined)[],
  levels: readonly (DerivedSignal | undefined)[],
): Pick<LoadState, "outputsOn" | "mixed"> {
  const first = on[0] ?? levels[0];
  if (!first || on.some((signal) => !signal || "status" in signal.reading)) return {};
  const count = on.filter((signal) => says(signal?.reading, true)).length;
  const outputsOn: DerivedSignal = { reading: { value: count }, from: first.from };
  const percents = levels.map((level) => numberOf(level?.reading));
  const known = percents.filter((percent) => percent !== undefined);
  if (known.length < percents.length) return { outputsOn };
  const spread = Math.max(...known) - Math.min(...known);
  return { outputsOn, mixed: { reading: booleanReading(spread > 1), from: first.from } };
}

/** A pulse; 255 would be "continuous", which no starter survives (RV-C 2023-11, 6.24.6). */
const momentary = "momentary_for_duration_commands";

/** What a load is told. */
export type LoadOrder =
  | { readonly order: "on" }
  | { readonly order: "off" }
  | { readonly order: "toggle" }
  /** [0, 100], step 0.5 */
  | { readonly order: "level"; readonly percent: number };

/**
 * Commands to every output of a load. Fields not named go out as all ones.
 *
 * Dimmer, as sent by the panels of real coaches: on `ii FF C8 02 FF 00 FF FF`, off `ii FF 00 03 FF 00 FF FF`, toggle
 * `ii FF FF 05 FF 00 FF FF`, level `ii FF xx 00 FF 00 FF FF` (captures of Firefly G6 and G12 coaches).
 */
export function loadMessages(load: LoadDefinition, order: LoadOrder): readonly OutgoingMessage[] {
  const message = ways[load.via].command;
  const values = orderValues(load, order);
  return load.instances.map((instance) => ({ message, values: { instance, ...values } }));
}

function orderValues(load: LoadDefinition, order: LoadOrder): OutgoingMessage["values"] {
  switch (order.order) {
    case "on":
      switch (load.on) {
        case "on_delay":
          return { desired_level: 100, command: "on_delay" };
        case "on_duration":
          return { desired_level: 100, command: "on_duration", delay_duration: load.seconds ?? momentary };
        case "set_level":
          return { desired_level: 100, command: "set_level" };
        default:
          return load.on satisfies never;
      }
    case "off":
      return { desired_level: 0, command: "off_delay" };
    case "toggle":
      return { command: "toggle" };
    case "level":
      return { desired_level: order.percent, command: "set_level" };
    default:
      return order satisfies never;
  }
}
