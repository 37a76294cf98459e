import { quoted } from "./dotted_key.ts";
import type { ConfigProblem, ConfigValue } from "./types.ts";

const mostShown = 60;

/** A value for a sentence: short, and never a line break. */
export function shownValue(value: ConfigValue): string {
  if (value === null) return "null";
  if (typeof value === "object") return Array.isArray(value) ? shortened(JSON.stringify(value)) : "a table";
  return typeof value === "string" ? quoted(shortened(value)) : String(value);
}

function shortened(text: string): string {
  return text.length <= mostShown ? text : `${text.slice(0, mostShown)}…`;
}

/** A problem as `file:line:column: key: what is true, what was wanted`. */
export function problemLine({ file, line, column, key, text }: ConfigProblem): string {
  const place = line === undefined ? file : column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
  return `${place}: ${key === undefined ? "" : `${key}: `}${text}`;
}

/** The same as part of a sentence that has named the file: `line 4: server.port is "eighty", expected …`. */
function problemPart({ line, key, text }: ConfigProblem): string {
  return `${line === undefined ? "" : `line ${line}: `}${key === undefined ? "" : `${key} `}${text}`;
}

/** Why something could not be done, all problems told: `Cannot load configuration "…": line 4: …; line 9: …`. */
export function problemSentence(what: string, problems: readonly ConfigProblem[]): string {
  const files = Map.groupBy(problems, ({ file }) => file);
  return [...files].map(([file, own]) => `Cannot ${what} "${file}": ${own.map(problemPart).join("; ")}`).join(". ");
}
