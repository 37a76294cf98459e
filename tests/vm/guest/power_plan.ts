/**
 * What the host of the power cuts and the programs inside tell each other.
 *
 * @module
 */

/** What is done while the power may go. */
export const activities = [
  "entityWrites",
  "settings",
  "history",
  "backup",
  "dryRun",
  "update",
  "restore",
  "stop",
  /** The databases are in memory, and copied to the card without pause. */
  "sync",
  /** Writes files and does not sync them: proves that this disk loses. */
  "withoutSync",
] as const;
export type Activity = typeof activities[number];

/** Activities one after the other, each in a data directory of its own. The last goes on until the power is cut. */
export interface RecordPlan {
  readonly seed: number;
  readonly parts: readonly { readonly activity: Activity; readonly ms: number }[];
}

/** A power cut, and what the program had promised until then. */
export interface CutToCheck {
  /** Index of the part in the {@link RecordPlan}. */
  readonly part: number;
  readonly activity: Activity;
  /** Promised to be on the disk: entity states and `setting` by number, and the {@link PromisedKey}s. */
  readonly kept: Readonly<Record<string, number | string>>;
  /** Entity states that were told to the writer long enough before. */
  readonly due: Readonly<Record<string, number>>;
}

/** Promises about more than a setting: the number in the last copy on the card, a backup's id, the schema after an update, the settings after a restore. */
export type PromisedKey = "card" | "backup" | "schema" | "which";

/** Cuts to check, each on a disk image of its own, one behind the other. */
export interface CheckPlan {
  readonly imageBytes: number;
  readonly cuts: readonly CutToCheck[];
}

/** One line from inside. */
export type Word =
  | { readonly word: "begin" | "end"; readonly part: number }
  | { readonly word: "reach"; readonly point: string }
  /** On the disk. */
  | { readonly word: "kept"; readonly values: Readonly<Record<string, number | string>> }
  /** Told to the writer. */
  | { readonly word: "mark"; readonly values: Readonly<Record<string, number>> }
  | { readonly word: "checked"; readonly cut: number; readonly wrong: readonly string[]; readonly ms: number };

const mark = "@@POWER ";

/** Tells the host, on the console. */
export function say(word: Word): void {
  // The console may be in the middle of a line of the kernel.
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${mark}${JSON.stringify(word)}\n`));
}

/** Reads a line of the console; undefined when it is none of ours. */
export function heard(line: string): Word | undefined {
  return line.startsWith(mark) ? JSON.parse(line.slice(mark.length)) : undefined;
}

/** Data directory of a part, on the disk. */
export function folderOf(part: number): string {
  return `/disk/part${part}`;
}

export const diskFolder = "/disk";
