import { configure, getLogger, type LogRecord } from "@logtape/logtape";
import type { Logger } from "../base/mod.ts";

/** Least level that is written. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/**
 * Sets the logging library up, once per process, and answers a logger on it. One line per event.
 *
 * @param write takes each line; standard error, because standard output belongs to commands.
 */
export async function startLogging(level: LogLevel, write: (line: string) => void): Promise<Logger> {
  await configure({
    reset: true,
    sinks: { lines: (record) => write(formatLine(record)) },
    loggers: [
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
      { category: ["coachiq"], lowestLevel: level, sinks: ["lines"] },
    ],
  });
  const logger = getLogger(["coachiq"]);
  return {
    debug: (message, fields) => logger.debug(message, { ...fields }),
    info: (message, fields) => logger.info(message, { ...fields }),
    warn: (message, fields) => logger.warn(message, { ...fields }),
    error: (message, fields) => logger.error(message, { ...fields }),
  };
}

function formatLine(record: LogRecord): string {
  let text = `${new Date(record.timestamp).toISOString()} ${record.level} ${record.message.join("")}`;
  for (const [key, value] of Object.entries(record.properties)) {
    text += ` ${key}=${typeof value === "string" ? JSON.stringify(value) : describe(value)}`;
  }
  return text.replaceAll("\n", " ");
}

function describe(value: unknown): string {
  return value instanceof Error ? JSON.stringify(value.message) : JSON.stringify(value) ?? String(value);
}
