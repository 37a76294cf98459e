import type { BackupView, DatabaseRunView } from "../wire/mod.ts";
import type { CliOutput } from "./command_line.ts";
import { noDatabaseYet } from "./db_job.ts";
import type { DbOutcome } from "./db_outcome.ts";
import type { DbStatus } from "./db_status.ts";

/** Prints how a command ended. Exit code 1 when it was refused or failed. */
export function printOutcome(
  outcome: DbOutcome,
  options: { readonly json: boolean; readonly output: CliOutput; readonly hint?: string },
): number {
  const { json, output, hint } = options;
  const { state, message, reasons, runningJobId, result } = outcome;
  if (json) printJson(outcome, output);
  if (state === "done") {
    if (!json) output.out([message, ...detailsOf(result)].map((line) => `${line}\n`).join(""));
    return 0;
  }
  const lines = state === "failed"
    ? [message, ...detailsOf(result)]
    : [...reasons.map((reason) => reason.startsWith("Cannot ") ? reason : `Refused: ${reason}`), ...detailsOf(result)];
  if (runningJobId !== null) lines.push(`The running job is ${runningJobId}.`);
  if (hint !== undefined) lines.push(hint);
  output.err(lines.map((line) => `${line}\n`).join(""));
  return 1;
}

function detailsOf(result: DbOutcome["result"]): readonly string[] {
  if (result === null) return [];
  if ("would" in result) {
    return ["What would happen:", ...result.would.map((line) => `  ${line}`), `To consent: ${result.consent}`];
  }
  if (!("conflicts" in result)) return [];
  const { steps, durationMs, diskBytes, freeBytes } = result;
  return [
    ...(steps.length === 0
      ? ["Nothing is waiting."]
      : steps.map(({ name, description }) => `  ${name}: ${description}`)),
    `Time: about ${seconds(2 * durationMs)} s. Room: ${size(diskBytes)} of ${size(freeBytes)} that are free.`,
  ];
}

export function printStatus(status: DbStatus, options: { readonly json: boolean; readonly output: CliOutput }): number {
  const { json, output } = options;
  if (json) printJson(status, output);
  else output.out(statusLines(status).map(([what, text]) => `${what.padEnd(16)}${text}\n`).join(""));
  return status.state === "damaged" || status.state === "newer" ? 1 : 0;
}

function statusLines(status: DbStatus): readonly (readonly [string, string])[] {
  const { pending, lastRun, latestBackup, safety, runningJobId, sizes, problems, targetVersion } = status;
  return [
    ["Data directory", status.dataDir],
    ["Server", status.serverRunning ? "running" : "not running"],
    ["Schema", schemaText(status)],
    ...pending.map(({ name, description }) => ["Waiting", `${name}: ${description}`] as const),
    ["Last change", lastRun ? runText(lastRun) : "none known"],
    ["Newest backup", latestBackup ? backupText(latestBackup) : "none"],
    ...(runningJobId === null ? [] : [["Running job", runningJobId] as const]),
    ...(pending.length === 0 ? [] : [["Safe to update", safetyText(safety)] as const]),
    [
      "Sizes",
      ["database", "history", "backups", "free"].map((of) => `${of} ${size(sizes[of as keyof typeof sizes])}`)
        .join(", "),
    ],
    ...problems.map(({ what, todo }) => ["Problem", `${what}. ${todo}`] as const),
    ...(status.state === "older" ? [["To do", `coachiq db migrate updates it to ${targetVersion}`] as const] : []),
  ];
}

function schemaText({ state, currentVersion, targetVersion, dataDir }: DbStatus): string {
  switch (state) {
    case "missing":
      return noDatabaseYet(dataDir);
    case "busy":
      return "not looked at while the job is running";
    case "damaged":
      return "cannot be read";
    case "current":
      return `${currentVersion}, the newest`;
    case "older":
    case "newer":
      return `${currentVersion}; this program's is ${targetVersion}`;
    default:
      return state satisfies never;
  }
}

function safetyText(safety: DbStatus["safety"]): string {
  if (safety === null) return "the running server decides, it hears the coach";
  return safety.safe ? "yes" : `no: ${safety.reasons.join(" ")} (--parked is your word that it is.)`;
}

function runText({ startedAt, outcome, from, to, actor }: DatabaseRunView): string {
  return `${startedAt} ${outcome} ${from === null ? "" : `${from} `}→ ${to ?? "nothing"}, by ${actor || "the program"}`;
}

function backupText({ id, sizeBytes, problems }: BackupView): string {
  return `${id}, ${size(sizeBytes)}, ${problems.length === 0 ? "good" : `not good: ${problems.join("; ")}`}`;
}

export function printBackups(
  backups: readonly BackupView[],
  options: { readonly json: boolean; readonly output: CliOutput },
): number {
  const { json, output } = options;
  if (json) printJson({ backups }, output);
  else if (backups.length === 0) output.out("There is no backup yet: coachiq db backup makes one.\n");
  else output.out(backups.map((backup) => `${backupText(backup)}, schema ${backup.schemaVersion}\n`).join(""));
  return 0;
}

function printJson(value: unknown, output: CliOutput): void {
  output.out(`${JSON.stringify(value, undefined, 2)}\n`);
}

function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(1);
}
