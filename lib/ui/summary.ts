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
  /** False: the headline says why there is no value. */
  readonly isValue: boolean;
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
  parkBrakeSet: ["Park brake set", "Park brake released"],
  ignitionOn: ["Ignition on", "Ignition off"],
  burnerOn: ["Burner on", "Burner off"],
  burnerLit: ["Burner lit", "Burner not lit"],
  electricOn: ["Electric on", "Electric off"],
  elementActive: ["Electric heating", "Electric idle"],
  secured: ["Secured", "Not secured"],
  connected: ["Connected", "Disconnected"],
  charging: ["Charging", "Not charging"],
  detected: ["Detected", "Clear"],
};

/** Which signals of a kind a tile shows. */
export interface ShownSignals {
  /** First of these that was heard is the headline. */
  readonly headline: readonly string[];
  readonly details: readonly string[];
  /** Signal that draws the level. */
  readonly level?: string;
}

/** The signals that tiles show, by kind; when none of the headline is stated, the first that is takes its place. */
export const shownSignals: Readonly<Record<Kind, ShownSignals>> = {
  light: { headline: ["on", "brightnessPct"], details: ["brightnessPct"] },
  switch: { headline: ["on"], details: ["currentA"] },
  water_pump: { headline: ["on", "running"], details: ["pressureKPa", "running", "currentA"] },
  lock: { headline: ["locked", "motion"], details: [] },
  tank: { headline: ["levelPct"], details: ["volumeL"], level: "levelPct" },
  thermostat: { headline: ["ambientC", "operatingMode"], details: ["operatingMode", "fanMode"] },
  air_conditioner: { headline: ["operatingMode"], details: ["outputPct", "fanSpeedPct"] },
  furnace: { headline: ["operatingMode"], details: ["outputPct", "heatSource"] },
  fan: { headline: ["on", "fanSpeedPct"], details: ["fanSpeedPct", "lid", "lidPct", "ambientC"] },
  water_heater: {
    headline: ["waterC", "operatingMode", "burnerOn"],
    details: ["operatingMode", "burnerLit", "burnerOn", "electricOn", "elementActive"],
  },
  battery: {
    headline: ["stateOfChargePct", "packVoltageV"],
    details: ["packVoltageV", "currentA", "powerW"],
    level: "stateOfChargePct",
  },
  inverter: { headline: ["on", "operatingState"], details: ["operatingState", "dcCurrentA"] },
  charger: { headline: ["operatingState"], details: ["chargingCurrentA", "chargingVoltageV"] },
  solar_controller: { headline: ["operatingState", "batteryCurrentA"], details: ["batteryCurrentA", "arrayVoltageV"] },
  ac_source: {
    headline: ["line1VoltageV", "inputLine1VoltageV", "primaryLine1VoltageV", "secondaryLine1VoltageV"],
    details: ["line1CurrentA", "line2VoltageV", "primaryLine1VoltageV", "secondaryLine1VoltageV"],
  },
  transfer_switch: { headline: ["source", "mode"], details: ["mode"] },
  generator: { headline: ["status", "running"], details: ["runTimeH", "loadPct"] },
  shade: { headline: ["motion"], details: ["overcurrent"] },
  awning: { headline: ["positionPct", "motion"], details: ["motion"], level: "positionPct" },
  slide: { headline: ["positionPct", "motion"], details: ["motion", "secured"] },
  leveling: { headline: ["operatingMode", "warning"], details: ["pitchDeg", "rollDeg"] },
  temperature: { headline: ["ambientC"], details: [] },
  sensor: { headline: ["open", "detected", "value"], details: [] },
  chassis: { headline: ["gear", "speedKmh", "parkBrakeSet"], details: ["parkBrakeSet", "ignitionOn", "fuelPct"] },
  engine: { headline: ["engineRpm"], details: ["coolantC", "oilPressureKPa", "fuelPct"] },
  clock: { headline: ["localTime", "utcTime"], details: [] },
};

/** Inputs of a transfer switch: a number alone does not say of which. */
const inputName = /^(primary|secondary)Line/;

/** Signals that say whether something is doing something. */
const activeSignals = ["on", "running", "burnerLit", "burnerOn"] as const;

/** Says an entity in words. */
export function summarize(entity: EntityView, options: {
  readonly temperature: TemperatureUnit;
  /** False: the brightness of a light is drawn, and not told as a number. */
  readonly showPercentage?: boolean;
}): Summary {
  const { state, kind } = entity;
  const names = Object.keys(state);
  const spec = shownSignals[kind];
  const headline = spec.headline.find((name) => state[name] !== undefined) ?? names[0];
  const details = spec.details
    .filter((name) => state[name] !== undefined && name !== headline && !isIdleLevel(name, state))
    .filter((name) => options.showPercentage !== false || name !== "brightnessPct")
    .slice(0, 3);
  const sayOne = (name: string) => sayAlone(name, { reading: state[name], ...options });
  return {
    headline: headline === undefined ? text.nothing : sayHeadline(entity, { headline, ...options }),
    isValue: headline !== undefined && state[headline] !== undefined && "value" in state[headline],
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
  if (wordOf(reading) !== undefined) return capitalized(said.text);
  const input = inputName.exec(name)?.[1];
  if (input !== undefined) return `${capitalized(input)} ${readingText(reading, options)}`;
  // A number with its unit, and a word, speak for themselves; a bare number or a percentage does not.
  if (said.isValue && said.unit !== "" && said.unit !== "%") return readingText(reading, options);
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
  if (inputName.test(options.headline)) return sayAlone(options.headline, { ...options, reading });
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
  return undefined;
}

/** The level of something that is off: zero, and said already. */
function isIdleLevel(name: string, state: EntityView["state"]): boolean {
  return booleanOf(state["on"]) === false &&
    (name === "brightnessPct" || name === "fanSpeedPct" || name === "currentA");
}

function capitalized(words: string): string {
  const plain = humanize(words);
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
