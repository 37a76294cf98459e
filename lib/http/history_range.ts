import { HttpError } from "./problems.ts";

const spanMs = { h: 3_600_000, d: 86_400_000 } as const;

/** The range that a query names, wall-clock ms. @throws {HttpError} 422 when it ends before it begins. */
export function historyRange(
  query: { readonly from: string; readonly to?: string | undefined },
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const toMs = query.to === undefined ? nowMs : Date.parse(query.to);
  const span = /^-(\d+)([hd])$/.exec(query.from);
  const fromMs = span ? toMs - Number(span[1]) * spanMs[span[2] as "h" | "d"] : Date.parse(query.from);
  if (fromMs < toMs) return { fromMs, toMs };
  throw new HttpError(422, {
    detail: `Cannot show the time from "${query.from}" to "${query.to ?? "now"}": expected from before to`,
  });
}
