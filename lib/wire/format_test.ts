import { strictEqual } from "node:assert";
import {
  formatAge,
  formatTemperature,
  fromTemperatureUnit,
  humanize,
  readingText,
  signalLabel,
  toTemperatureUnit,
} from "./format.ts";

type Reading = Parameters<typeof readingText>[0];

const readings: readonly (readonly [reading: Reading, celsius: string, fahrenheit: string])[] = [
  [{ value: 60, unit: "%" }, "60 %", "60 %"],
  [{ value: 13.21, unit: "V" }, "13.2 V", "13.2 V"],
  [{ value: -0.04, unit: "A" }, "0.0 A", "0.0 A"],
  [{ value: 22.22, unit: "degC" }, "22 °C", "72 °F"],
  [{ value: 21.5, unit: "degC" }, "21.5 °C", "71 °F"],
  [{ value: -0.2, unit: "degC" }, "0 °C", "32 °F"],
  [{ value: 3, label: "auto_heat_cool" }, "auto heat cool", "auto heat cool"],
  [{ value: true }, "on", "on"],
  [{ value: "2026-11-21T20:14:00" }, "20:14, 2026-11-21", "20:14, 2026-11-21"],
  [{ value: 5, unit: "furlong" }, "5 furlong", "5 furlong"],
  [{ status: "notAvailable" }, "not available", "not available"],
  [{ status: "error" }, "sensor error", "sensor error"],
  [{ status: "reserved" }, "reserved value", "reserved value"],
  [{ status: "outOfRange" }, "out of range", "out of range"],
];

for (const [reading, celsius, fahrenheit] of readings) {
  Deno.test(`readingText() of ${JSON.stringify(reading)} is "${celsius}", or "${fahrenheit}" in Fahrenheit`, () => {
    strictEqual(readingText(reading, { temperature: "C" }), celsius);
    strictEqual(readingText(reading, { temperature: "F" }), fahrenheit);
  });
}

Deno.test("formatTemperature() gives back every whole degree Fahrenheit that goes out on a half-degree grid", () => {
  for (let degrees = 40; degrees <= 100; degrees++) {
    const onGrid = Math.round(fromTemperatureUnit(degrees, "F") * 2) / 2;
    strictEqual(formatTemperature(onGrid, "F").text, String(degrees));
  }
});

Deno.test("toTemperatureUnit() and fromTemperatureUnit() undo each other", () => {
  for (const celsius of [-40, 0, 20.5, 100]) {
    strictEqual(Math.round(fromTemperatureUnit(toTemperatureUnit(celsius, "F"), "F") * 1e9) / 1e9, celsius);
  }
});

Deno.test("signalLabel() drops the unit and makes words", () => {
  strictEqual(signalLabel("heatSetpointC"), "Heat setpoint");
  strictEqual(signalLabel("stateOfChargePct"), "State of charge");
  strictEqual(signalLabel("on"), "On");
});

Deno.test("humanize() leaves what is words already", () => {
  strictEqual(humanize("fan_only"), "fan only");
  strictEqual(humanize("Aqua-Hot 2"), "Aqua-Hot 2");
});

Deno.test("formatAge() counts in units that stay true for a while", () => {
  strictEqual([0, 59_999, 60_000, 3_600_000, 200_000_000].map(formatAge).join(", "), "0 s, 59 s, 1 min, 1 h, 2 days");
});
