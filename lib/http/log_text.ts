import { logLine } from "../core/mod.ts";
import type { LogEntryView } from "../wire/mod.ts";

/** Events as a file has them: one line each. */
export function logText(entries: readonly LogEntryView[]): string {
  return entries.map(({ at, ...entry }) => `${logLine({ ...entry, atMs: Date.parse(at) }, "plain")}\n`).join("");
}
