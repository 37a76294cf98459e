import {
  type EntityView,
  formatReading,
  humanize,
  readingText,
  signalLabel,
  type TemperatureUnit,
} from "../wire/mod.ts";

type Reading = EntityView["state"][string];
type Kind = EntityView["kind"];

/** An entity in words, for a tile, a list row or a screen reader. */
export interface Summary {
  /** The one thing to know, e.g. `On`, `72 %`, `21 °C`. */
  readonly headline: string;
  /** More, each complete in itself. */
  readonly details: readonly string[];
  /** It is doing something: lit, running, unlocked. Undefined: the coach does not say. */
  readonly isActive: boolean | undefined;
  /** Level to draw, [0, 100]. */
  readonly levelPct: number | undefined;
}

const text = {
  nothing: "No state",
  labelled: (label: string, value: string) => `${label}: ${value}`,
};

/** Booleans as people say them. */
const booleanWords: Readonly<Record<string, readonly [whenTrue: string, whenFalse: string]>> = {
  on: ["On", "Off"],
  running: ["Running", "Stopped"],
  locked: ["Locked", "Unlocked"],
  open: ["Open", "Closed"],
  extended: ["Extended", "Retracted"],
  active: ["Active", "Idle"],
  enabled: ["Enabled", "Disabled"],
  connected: ["Connected", "Disconnected"],
  charging: ["Charging", "Not charging"],
  detected: ["Detected", "Clear"],
};

interface Shown {
  /** First of these that was heard is the headline. */
  readonly headline: readonly string[];
  readonly details: readonly string[];
  /** Signal that draws the level. */
  readonly level?: string;
}

const shown: Readonly<Partial<Record<Kind, Shown>>> = {
  light: { headline: ["on", "brightnessPct"], details: ["brightnessPct"] },
  switch: { headline: ["on"], details: ["currentA"] },
  water_pump: {
    headline: ["on", "running", "state"],
    details: ["running", "outletPressureKPa", "pressureKPa", "currentA"],
  },
  lock: { headline: ["locked", "state"], details: [] },
  tank: { headline: ["levelPct"], details: ["volumeL"], level: "levelPct" },
  thermostat: { headline: ["ambientC"], details: ["operatingMode"] },
  air_conditioner: { headline: ["operatingMode", "state"], details: ["fanSpeedPct", "outputLevelPct"] },
  furnace: {
    headline: ["on", "running", "operatingMode", "state"],
    details: ["operatingMode", "outputLevelPct", "heatOutputPct"],
  },
  fan: {
    headline: ["on", "running", "fanSpeedPct"],
    details: ["fanSpeedPct", "speedPct", "lidPositionPct", "ambientC"],
  },
  water_heater: {
    headline: ["temperatureC", "waterC", "operatingMode"],
    details: ["operatingMode", "burnerOn", "electricOn"],
  },
  battery: {
    headline: ["stateOfChargePct", "packVoltageV"],
    details: ["packVoltageV", "currentA"],
    level: "stateOfChargePct",
  },
  inverter: { headline: ["on", "state", "status"], details: ["state", "acPowerW", "powerW"] },
  charger: { headline: ["state", "operatingState", "on"], details: ["chargeCurrentA", "currentA"] },
  solar_controller: { headline: ["powerW", "state"], details: ["state", "operatingState", "chargeCurrentA"] },
  ac_source: { headline: ["voltageV", "powerW"], details: ["currentA", "frequencyHz"] },
  transfer_switch: { headline: ["source", "state"], details: [] },
  generator: { headline: ["state", "status", "running"], details: ["hoursH", "runtimeH", "loadPct"] },
  shade: { headline: ["positionPct", "position", "motion", "state"], details: ["motion"], level: "positionPct" },
  awning: { headline: ["positionPct", "position", "motion", "state"], details: ["motion"], level: "positionPct" },
  slide: { headline: ["position", "positionPct", "motion", "state"], details: ["motion"] },
  temperature: { headline: ["ambientC"], details: [] },
  clock: { headline: ["time", "localTime", "dateTime"], details: [] },
};

/** Signals that say whether something is doing something. */
const activeSignals = ["on", "running", "burnerOn"] as const;

/** Says an entity in words. Works for any kind: what is not in the table is shown in the order it is stated. */
export function summarize(entity: EntityView, options: { readonly temperature: TemperatureUnit }): Summary {
  const { state, kind } = entity;
  const names = Object.keys(state);
  const spec = shown[kind] ?? { headline: [], details: [] };
  const headline = spec.headline.find((name) => state[name] !== undefined) ?? names[0];
  const wanted = [
    ...spec.details.filter((name) => state[name] !== undefined),
    ...names.filter((name) => isPlain(state[name])),
  ];
  const details = [...new Set(wanted)].filter((name) => name !== headline).slice(0, 3);
  const sayOne = (name: string) => sayAlone(name, { reading: state[name], ...options });
  return {
    headline: headline === undefined ? text.nothing : sayHeadline(entity, { headline, ...options }),
    details: details.map(sayOne),
    isActive: activeState(entity),
    levelPct: spec.level === undefined ? undefined : numberOf(state[spec.level]),
  };
}

/** The number of a reading, undefined when it has none. */
export function numberOf(reading: Reading | undefined): number | undefined {
  return reading && "value" in reading && typeof reading.value === "number" ? reading.value : undefined;
}

/** The truth of a reading, undefined when it says nothing. */
export function booleanOf(reading: Reading | undefined): boolean | undefined {
  return reading && "value" in reading && typeof reading.value === "boolean" ? reading.value : undefined;
}

/** The standard's word of a reading, e.g. `auto_heat_cool`. */
export function wordOf(reading: Reading | undefined): string | undefined {
  if (!reading || !("value" in reading)) return undefined;
  return reading.label ?? (typeof reading.value === "string" ? reading.value : undefined);
}

/** One reading in words, complete in itself: `On`, `13.2 V`, `Fan speed: 40 %`. */
export function sayAlone(
  name: string,
  options: { readonly reading: Reading | undefined; readonly temperature: TemperatureUnit },
): string {
  const { reading } = options;
  if (!reading) return text.nothing;
  const flag = booleanOf(reading);
  const words = booleanWords[name];
  if (flag !== undefined && words) return flag ? words[0] : words[1];
  const label = signalLabel(name);
  if (flag !== undefined) return text.labelled(label, flag ? "yes" : "no");
  const said = formatReading(reading, options);
  // A number with its unit, and a word, speak for themselves; a bare number or a percentage does not.
  if (said.isValue && said.unit !== "" && said.unit !== "%") return readingText(reading, options);
  if (said.isValue && said.unit === "" && numberOf(reading) === undefined) return capitalized(said.text);
  if (name === "brightnessPct") return readingText(reading, options);
  return text.labelled(label, readingText(reading, options));
}

function sayHeadline(
  { state }: EntityView,
  options: { readonly headline: string; readonly temperature: TemperatureUnit },
): string {
  const reading = state[options.headline];
  const flag = booleanOf(reading);
  const words = booleanWords[options.headline];
  if (!reading) return text.nothing;
  if (flag !== undefined && words) return flag ? words[0] : words[1];
  return capitalized(readingText(reading, options));
}

function activeState({ state, kind }: EntityView): boolean | undefined {
  if (kind === "lock") {
    const locked = booleanOf(state["locked"]);
    return locked === undefined ? undefined : !locked;
  }
  for (const name of activeSignals) {
    const flag = booleanOf(state[name]);
    if (flag !== undefined) return flag;
  }
  const word = wordOf(state["state"]) ?? wordOf(state["status"]);
  return word === undefined ? undefined : word === "running" || word === "inverting";
}

/** Worth a place on a tile when no table says so: it has a value that is not a detail of a controller. */
function isPlain(reading: Reading | undefined): boolean {
  return reading !== undefined && "value" in reading && typeof reading.value !== "boolean";
}

function capitalized(words: string): string {
  const plain = humanize(words);
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
