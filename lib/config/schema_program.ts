import { z } from "zod";
import { key, named } from "./schema_key.ts";

export const logLevels = ["debug", "info", "warning", "error"] as const;

/** What is logged, and where to. */
export const loggingSection = z.strictObject({
  level: key(z.enum(logLevels).default("info"), {
    doc: "Least level that is logged.",
    who: "owner",
    reload: "live",
  }),
  areas: named(
    { placeholder: "area", names: /^[a-z][a-z0-9_]{0,39}$/, expected: "an area of the program such as hub" },
    key(z.enum(logLevels), {
      doc: "Least level of one area of the program, where it differs from `logging.level`.",
      who: "owner",
      reload: "live",
    }),
  ),
  file: key(z.string().regex(/^(?!(.*\/)?\.\.?(\/|$))[^\0]{0,1000}[^\0/]$/).optional(), {
    doc: "File that is logged to besides standard error; a name without a leading `/` is below `logs/` in the data " +
      "folder. Without it the system's journal has everything.",
    who: "installer",
    reload: "restart",
    expected: "the path of a file, without . and ..",
  }),
  max_megabytes: key(z.int().min(1).max(1000).default(10), {
    doc: "Size at which the log file is put away and a new one begins.",
    unit: "MiB",
    who: "owner",
    reload: "restart",
  }),
  keep_files: key(z.int().min(1).max(100).default(5), {
    doc: "How many log files that were put away are kept.",
    who: "owner",
    reload: "restart",
  }),
}).prefault({});

/** Times of the rules about what may move. The rules themselves are not configuration. */
export const safetySection = z.strictObject({
  arming_seconds: key(z.int().min(10).max(120).default(30), {
    doc: "How long the generator stays armed for a start.",
    unit: "s",
    who: "owner",
    reload: "live",
  }),
  quiet_seconds: key(z.int().min(10).max(600).default(30), {
    doc: "How long nobody may have used a control before the database may be updated.",
    unit: "s",
    who: "owner",
    reload: "live",
  }),
}).prefault({});

/** How people want to see things. Written by the site into the database. */
export const preferencesSection = z.strictObject({
  temperature_unit: key(z.enum(["celsius", "fahrenheit"]).optional(), {
    doc: "Unit of temperatures on a phone that has not chosen one. Where it is not set, the phone's language decides.",
    who: "owner",
    reload: "live",
  }),
  show_percentage: key(z.boolean().default(true), {
    doc: "Tiles tell the brightness of lights as a number.",
    who: "owner",
    reload: "live",
  }),
  group_by: key(z.enum(["area", "kind"]).default("area"), {
    doc: "How things are grouped on the first page.",
    who: "owner",
    reload: "live",
  }),
  names: named(
    {
      placeholder: "entity",
      names: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
      expected: "the id of an entity such as bedroom_ceiling",
    },
    key(z.string().min(1).max(80), {
      doc: "Name of an entity on the pages and in the API. The mapping keeps its own (Settings, Coach).",
      who: "owner",
      reload: "live",
    }),
  ),
}).prefault({});
