import type { DefinitionOf } from "../coach/mod.ts";
import { reading } from "../protocol/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { booleanReading, notAvailable, outOfRange } from "./readings.ts";
import type { DerivedState, EntityKind, Heard, Message, Reading, SignalSpec } from "./types.ts";

const from = "clock";
const signals: readonly SignalSpec[] = [
  { name: "localTime", label: "Coach time", help: "Local time of the coach, ISO 8601 without zone." },
  { name: "utcTime", label: "UTC", help: "ISO 8601; there when the clock states its zone." },
  { name: "isSet", label: "Clock is set", help: "False: the clock counts from the year 2000, nobody has set it." },
  { name: "hoursWestOfUtc", label: "Zone", unit: "h_west_of_utc", help: "0 to 23: 5 is EST, 8 is PST, 22 is CEST." },
];

/** A clock without battery starts in 2000 (captures of 2000-01-02 and 2000-06-03); no coach with this program is older. */
const firstYear = 2020;

/** The coach's own clock. It is shown; a clock that was never set gives no time. */
export const clock: EntityKind<DefinitionOf<"clock">> = {
  kind: "clock",
  signals,
  bindings: () => [bind(from, { message: "DATE_TIME_STATUS" })],
  derive: (_definition, heard) => deriveClock(heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};

function deriveClock(heard: Heard): DerivedState {
  const message = heard.get(from);
  if (!message) return {};
  const zone = zoneOf(message);
  const local = localTimeOf(message);
  const zoned = zone ? { hoursWestOfUtc: { reading: zone, from } } : {};
  if (typeof local !== "number") {
    return { localTime: { reading: local, from }, isSet: { reading: local, from }, ...zoned };
  }
  if (new Date(local).getUTCFullYear() < firstYear) {
    return { localTime: { reading: outOfRange, from }, isSet: { reading: booleanReading(false), from }, ...zoned };
  }
  const hours = zone && "value" in zone ? Number(zone.value) : undefined;
  // 13 to 23 hours west are 11 to 1 hours east (RV-C 2023-11, DATE_TIME_STATUS).
  const utc = hours === undefined ? undefined : local + (hours > 12 ? hours - 24 : hours) * 3_600_000;
  return {
    localTime: { reading: { value: isoOf(local) }, from },
    isSet: { reading: booleanReading(true), from },
    ...(utc === undefined ? {} : { utcTime: { reading: { value: `${isoOf(utc)}Z` }, from } }),
    ...zoned,
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** The civil time as ms since 1970 as if it were UTC, or what stands in the way of one. */
function localTimeOf(message: Message): number | Reading {
  const parts: number[] = [];
  for (const name of ["year", "month", "day_of_month", "hour", "minute", "second"]) {
    const found = reading(message, name);
    if (!found) return notAvailable;
    if ("status" in found) return found;
    parts.push(Number(found.value));
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(ms);
  // 31 February and the like roll over: no such day.
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? ms : outOfRange;
}

function zoneOf(message: Message): Reading | undefined {
  const found = reading(message, "time_zone");
  if (!found || "status" in found) return found;
  const hours = Number(found.value);
  return hours <= 23 ? { value: hours, unit: "h_west_of_utc" } : outOfRange;
}
