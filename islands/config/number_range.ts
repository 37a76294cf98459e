import { configValueWords } from "../../lib/ui/mod.ts";
import type { EditorProps } from "./editor.ts";

/** A range of more steps than this is not walked through by tapping. */
const mostSteps = 1_000;

const text = {
  minimum: (least: string) => `At least ${least}.`,
  maximum: (most: string) => `At most ${most}.`,
  noNumber: "This is no number.",
  noInteger: "Whole numbers only.",
};

type Range = Pick<EditorProps["spec"], "type" | "unit" | "minimum" | "maximum">;

/** Size of a step; undefined where there is no range, or too long a one. */
export function stepOf({ type, minimum, maximum }: Range): number | undefined {
  if (minimum === undefined || maximum === undefined) return undefined;
  const step = type === "integer" || maximum - minimum > 50 ? 1 : 0.5;
  return (maximum - minimum) / step <= mostSteps ? step : undefined;
}

/** The value one step further; undefined where there is none. */
export function stepped(typed: string, { direction, spec }: {
  readonly direction: -1 | 1;
  readonly spec: Range;
}): number | undefined {
  const step = stepOf(spec);
  if (step === undefined || numberProblem(typed, spec) !== undefined) return undefined;
  // Sums of halves are exact; what somebody typed between them need not be.
  const next = Math.round((Number(typed) + direction * step) * 1000) / 1000;
  const inside = Math.min(spec.maximum ?? next, Math.max(spec.minimum ?? next, next));
  return inside === Number(typed) ? undefined : inside;
}

/** What is wrong with what was typed, as a sentence. */
export function numberProblem(typed: string, { type, minimum, maximum, unit }: Range): string | undefined {
  const value = Number(typed);
  if (typed === "" || !Number.isFinite(value)) return text.noNumber;
  if (type === "integer" && !Number.isInteger(value)) return text.noInteger;
  if (minimum !== undefined && value < minimum) return text.minimum(configValueWords(minimum, { unit }));
  if (maximum !== undefined && value > maximum) return text.maximum(configValueWords(maximum, { unit }));
  return undefined;
}
