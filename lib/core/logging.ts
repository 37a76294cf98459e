import { configure, dispose, getLogger, type LogLevel as TapeLevel, type LogRecord, type Sink } from "@logtape/logtape";
import { getRotatingFileSink } from "@logtape/file";
import type { Logger } from "../base/mod.ts";
import { LogBook, type LogLevel } from "./log_book.ts";
import { logLine } from "./log_line.ts";
import { Redactor } from "./redactor.ts";

/** Settings of {@link startLogging}. */
export interface LoggingOptions {
  readonly level: LogLevel;
  /** Takes each line; standard error, because standard output belongs to commands. */
  readonly write: (line: string) => void;
  /** Lines go to the journal, which adds the time by itself. Default `plain`. */
  readonly form?: "plain" | "journal";
  /** Lines go to a file as well, which is set aside at its size; so many are kept besides it. */
  readonly file?: { readonly path: string; readonly maxBytes: number; readonly keepFiles: number };
  readonly redactor?: Redactor;
}

/** The log of the program. */
export interface Logging {
  readonly logger: Logger;
  /** A logger for a part of the program, e.g. `store`. */
  of(area: string): Logger;
  readonly book: LogBook;
  readonly redactor: Redactor;
  /** Changes what is written, at once: the level of everything, and of single parts. */
  setLevels(levels: { readonly level: LogLevel; readonly areas?: Readonly<Record<string, LogLevel>> }): void;
  levels(): { readonly level: LogLevel; readonly areas: Readonly<Record<string, LogLevel>> };
  /** Writes what waits, and closes the file. */
  stop(): Promise<void>;
}

const order: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** Sets the logging library up, once per process. One line per event, and no secret in any. */
export async function startLogging(options: LoggingOptions): Promise<Logging> {
  const { write, form = "plain", redactor = new Redactor(), file } = options;
  const book = new LogBook();
  const levels = { level: options.level, areas: new Map<string, LogLevel>() };
  const isWanted = (level: LogLevel, area: string) =>
    order.indexOf(level) >= order.indexOf(levels.areas.get(area) ?? levels.level);
  const lines: Sink = (record) => {
    const entry = entryOf(record, redactor);
    if (!isWanted(entry.level, entry.area)) return;
    book.add(entry);
    write(logLine(entry, form));
  };
  const sinks: Record<string, Sink> = { lines };
  if (file) {
    const { path, maxBytes: maxSize, keepFiles: maxFiles } = file;
    const formatter = (record: LogRecord) => `${logLine(entryOf(record, redactor), "plain")}\n`;
    const rotating = getRotatingFileSink(path, { maxSize, maxFiles, formatter, bufferSize: 0 });
    const limited: Sink & Disposable = Object.assign((record: LogRecord) => {
      if (isWanted(levelOf(record.level), areaOf(record))) rotating(record);
    }, { [Symbol.dispose]: () => rotating[Symbol.dispose]() });
    sinks["file"] = limited;
  }
  await configure({
    reset: true,
    sinks,
    loggers: [
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
      { category: ["coachiq"], lowestLevel: "debug", sinks: Object.keys(sinks) },
    ],
  });
  return {
    logger: loggerOf([]),
    of: (area) => loggerOf([area]),
    book,
    redactor,
    setLevels({ level, areas = {} }) {
      levels.level = level;
      levels.areas = new Map(Object.entries(areas));
    },
    levels: () => ({ level: levels.level, areas: Object.fromEntries(levels.areas) }),
    stop: () => dispose(),
  };
}

function loggerOf(area: readonly string[]): Logger {
  const logger = getLogger(["coachiq", ...area]);
  return {
    debug: (message, fields) => logger.debug(literal(message), { ...fields }),
    info: (message, fields) => logger.info(literal(message), { ...fields }),
    warn: (message, fields) => logger.warn(literal(message), { ...fields }),
    error: (message, fields) => logger.error(literal(message), { ...fields }),
  };
}

/** Braces are placeholders to the library, and ordinary characters here. */
function literal(message: string): string {
  return message.replaceAll("{", "{{").replaceAll("}", "}}");
}

function entryOf(record: LogRecord, redactor: Redactor) {
  const fields = Object.entries(record.properties).map(([key, value]) => [key, redactor.value(key, value)] as const);
  return {
    atMs: record.timestamp,
    level: levelOf(record.level),
    area: areaOf(record),
    text: redactor.text(record.message.join("")),
    fields: Object.fromEntries(fields),
  };
}

function areaOf({ category }: LogRecord): string {
  return category[1] ?? "program";
}

function levelOf(level: TapeLevel): LogLevel {
  switch (level) {
    case "trace":
    case "debug":
      return "debug";
    case "info":
      return "info";
    case "warning":
      return "warning";
    case "error":
    case "fatal":
      return "error";
    default:
      return level satisfies never;
  }
}
