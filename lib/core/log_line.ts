import type { LogEntry } from "./log_book.ts";

/** Priorities of syslog, as the journal reads them from the beginning of a line (sd-daemon(3)). */
const priorities = { error: 3, warning: 4, info: 6, debug: 7 } as const;

/** One event in one line. For the journal, which has its own clock and levels, without the one and with the other. */
export function logLine(entry: Omit<LogEntry, "number">, form: "plain" | "journal"): string {
  const { atMs, level, area, text, fields } = entry;
  let line = text;
  for (const [key, value] of Object.entries(fields)) {
    line += ` ${key}=${typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value) ?? String(value)}`;
  }
  const where = area === "program" ? "" : `${area}: `;
  const head = form === "journal"
    ? `<${priorities[level]}>${where}`
    : `${new Date(atMs).toISOString()} ${level} ${where}`;
  return `${head}${line}`.replaceAll(/[\r\n]+/g, " ");
}
