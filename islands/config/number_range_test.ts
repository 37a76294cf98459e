import { deepStrictEqual, strictEqual } from "node:assert";
import { numberProblem, stepOf, stepped } from "./number_range.ts";

const days = { type: "integer", unit: "days", minimum: 1, maximum: 90 } as const;
const port = { type: "integer", minimum: 1, maximum: 65_535 } as const;
const factor = { type: "number", minimum: 1.5, maximum: 20 } as const;

Deno.test("stepOf() is one for whole numbers, a half for short ranges of others, and nothing for long ones", () => {
  deepStrictEqual([days, factor, { ...factor, maximum: 200 }, port].map(stepOf), [1, 0.5, 1, undefined]);
  strictEqual(stepOf({ type: "integer", minimum: 1 }), undefined);
});

Deno.test("stepped() stays inside of the range, and leads nowhere from what is no number", () => {
  strictEqual(stepped("7", { direction: 1, spec: days }), 8);
  strictEqual(stepped("1", { direction: -1, spec: days }), undefined);
  strictEqual(stepped("90", { direction: 1, spec: days }), undefined);
  strictEqual(stepped("x", { direction: 1, spec: days }), undefined);
  strictEqual(stepped("8080", { direction: 1, spec: port }), undefined);
  strictEqual(stepped("19.8", { direction: 1, spec: factor }), 20);
  strictEqual(stepped("1.6", { direction: -1, spec: factor }), 1.5);
});

Deno.test("numberProblem() says what is wrong with what was typed", () => {
  const cases = [
    ["", "This is no number."],
    ["ten", "This is no number."],
    ["Infinity", "This is no number."],
    ["8.5", "Whole numbers only."],
    ["0", "At least 1\u00a0days."],
    ["91", "At most 90\u00a0days."],
    ["1", undefined],
    ["90", undefined],
  ] as const;
  for (const [typed, problem] of cases) strictEqual(numberProblem(typed, days), problem, typed);
});
