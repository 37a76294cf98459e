import { configure, dispose, getLogger, type LogLevel as TapeLevel, type LogRecord, type Sink } from "@logtape/logtape";
import { type Clock, type Logger, systemClock } from "../base/mod.ts";
import type { ServiceProblem } from "./core_services.ts";
import { LogBook, type LogLevel } from "./log_book.ts";
import { LogFile, type LogFileOptions } from "./log_file.ts";
import { logLine } from "./log_line.ts";
import { Redactor } from "./redactor.ts";

/** Settings of {@link startLogging}. */
export interface LoggingOptions {
  readonly level: LogLevel;
  /** Takes each line; standard error, because standard output belongs to commands. */
  readonly write: (line: string) => void;
  /** Lines go to the journal, which adds the time by itself. Default `plain`. */
  readonly form?: "plain" | "journal";
  readonly redactor?: Redactor;
  /** Default: the system's. */
  readonly clock?: Clock;
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
  /** From now on lines go to this file as well; a place that cannot be written is one warning, and a problem. */
  writeTo(file: Pick<LogFileOptions, "path" | "maxBytes" | "keepFiles">): void;
  /** What is wrong with the log itself, for people. */
  problems(): readonly ServiceProblem[];
  /** Closes the file. */
  stop(): Promise<void>;
}

const order: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** Sets the logging library up, once per process. One line per event, and no secret in any. */
export async function startLogging(options: LoggingOptions): Promise<Logging> {
  const { write, form = "plain", redactor = new Redactor(), clock = systemClock } = options;
  const book = new LogBook();
  let file: LogFile | undefined;
  const levels = { level: options.level, areas: new Map<string, LogLevel>() };
  const isWanted = (level: LogLevel, area: string) =>
    order.indexOf(level) >= order.indexOf(levels.areas.get(area) ?? levels.level);
  const lines: Sink = (record) => {
    const entry = entryOf(record, redactor);
    if (!isWanted(entry.level, entry.area)) return;
    book.add(entry);
    write(logLine(entry, form));
    file?.write(logLine(entry, "plain"));
  };
  await configure({
    reset: true,
    sinks: { lines },
    loggers: [
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
      { category: ["coachiq"], lowestLevel: "debug", sinks: ["lines"] },
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
    writeTo(options) {
      file?.stop();
      const onProblem = (error: string) =>
        loggerOf([]).warn("The log file cannot be written", { path: options.path, error });
      file = new LogFile({ ...options, clock, onProblem });
      file.start();
    },
    problems: () => file?.problem ? [file.problem] : [],
    async stop() {
      await dispose();
      file?.stop();
    },
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
