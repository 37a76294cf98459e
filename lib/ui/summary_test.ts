import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { kinds } from "../entities/mod.ts";
import type { EntityView } from "../wire/mod.ts";
import { shownSignals, summarize } from "./summary.ts";

function entity(kind: EntityView["kind"], state: EntityView["state"]): EntityView {
  return {
    id: "x",
    kind,
    name: "X",
    area: "a",
    state,
    updatedAt: null,
    freshness: "live",
    source: null,
    commands: [],
    verified: true,
    hidden: false,
  };
}

const temperature = { temperature: "C" } as const;

const table:
  readonly (readonly [EntityView, headline: string, details: readonly string[], active: boolean | undefined])[] = [
    [entity("light", { on: { value: true }, brightnessPct: { value: 60, unit: "%" } }), "On", ["60 %"], true],
    [entity("light", { on: { value: false }, brightnessPct: { value: 0, unit: "%" } }), "Off", [], false],
    [entity("light", {}), "No state", [], undefined],
    [entity("lock", { locked: { value: false } }), "Unlocked", [], true],
    [entity("tank", { levelPct: { status: "notAvailable" } }), "Not available", [], undefined],
    [
      entity("tank", { levelPct: { value: 72, unit: "%" }, volumeL: { value: 274, unit: "L" } }),
      "72 %",
      ["274 L"],
      undefined,
    ],
    [
      entity("ac_source", {
        primaryLine1VoltageV: { value: 120, unit: "V" },
        secondaryLine1VoltageV: { value: 0, unit: "V" },
      }),
      "Primary 120.0 V",
      ["Secondary 0.0 V"],
      undefined,
    ],
    [entity("sensor", { value: { value: 7, unit: "bananas" } }), "7 bananas", [], undefined],
    [entity("generator", { status: { value: 3, label: "running" }, running: { value: true } }), "Running", [], true],
  ];

for (const [view, headline, details, active] of table) {
  Deno.test(`summarize() of a ${view.kind} with ${JSON.stringify(view.state)} is "${headline}"`, () => {
    const summary = summarize(view, temperature);
    strictEqual(summary.headline, headline);
    deepStrictEqual(summary.details, details);
    strictEqual(summary.isActive, active);
  });
}

Deno.test("summarize() keeps the brightness of a light out of its words where its owner wants that", () => {
  const light = entity("light", { on: { value: true }, brightnessPct: { value: 60, unit: "%" } });
  deepStrictEqual(summarize(light, { ...temperature, showPercentage: false }).details, []);
  deepStrictEqual(summarize(light, { ...temperature, showPercentage: true }).details, ["60 %"]);
});

Deno.test("summarize() has words for every kind, whatever it states", () => {
  let looked = 0;
  for (const [kind, { signals }] of Object.entries(kinds)) {
    for (const reading of [{ value: 1, unit: "V" }, { value: true }, { value: "word" }, { status: "error" }] as const) {
      const state = Object.fromEntries(signals.map(({ name }) => [name, reading]));
      const { headline, details } = summarize(entity(kind as EntityView["kind"], state), temperature);
      ok(headline !== "" && details.every((detail) => detail !== ""), `${kind} ${headline}`);
      looked++;
    }
  }
  strictEqual(looked, 26 * 4);
});

Deno.test("shownSignals names signals that their kinds have, for every kind", () => {
  let looked = 0;
  for (const [kind, spec] of Object.entries(shownSignals)) {
    const known = new Set(kinds[kind as EntityView["kind"]].signals.map(({ name }) => name));
    for (const name of [...spec.headline, ...spec.details]) {
      ok(known.has(name), `${kind} has no signal "${name}"`);
      looked++;
    }
  }
  strictEqual(Object.keys(shownSignals).length, Object.keys(kinds).length);
  ok(looked > 60);
});
