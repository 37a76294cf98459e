import { systemClock, type Timer } from "../lib/base/mod.ts";
import type { Audit, AuditNote, CoachMapping, JobProgress, Storage } from "../lib/core/mod.ts";
import type { Configuration } from "../lib/config/mod.ts";
import type { CommandReport, Hub } from "../lib/hub/mod.ts";

/** The end of a job is noted so much later, ms. */
const endAfterMs = 100;

/** What people are told when work on the database is over. */
const jobWords: Readonly<Record<JobProgress["kind"], string>> = {
  update: "Database update",
  restore: "Restore of a backup",
  reset: "Forgetting of what was told",
  backup: "Database backup",
  upload: "Database backup from a file",
  verify: "Check of a backup",
  dryRun: "Database update on a copy",
};

/** Backups and checks that went well are of every day, and are listed elsewhere. */
const changes: ReadonlySet<JobProgress["kind"]> = new Set(["update", "restore", "reset"]);

/**
 * Notes what happens whoever asked for it, and by whatever way: commands with the coach's answer, and the end of work
 * on the database. What is asked for by HTTP is noted where it comes in. Answers the function that ends it.
 */
export function keepRecord(audit: Audit, { hub, storage, mapping, configuration }: {
  readonly hub: Hub;
  readonly storage: Storage;
  readonly mapping: CoachMapping;
  readonly configuration: Configuration;
}): () => void {
  const areaName = (area: string) => (mapping.isReady ? mapping.effective().areas[area] : undefined) ?? words(area);
  const ends = [
    hub.subscribe({ onCommand: (report) => noteCommand(audit, { ...report, area: areaName(report.area) }) }),
    noteJobs(audit, storage),
    noteFiles(audit, configuration),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function words(key: string): string {
  return key.replaceAll("_", " ");
}

function noteCommand(audit: Audit, report: CommandReport): void {
  const { name, area, label, actor, address, outcome, reasons } = report;
  audit.note({
    actor,
    address,
    action: "command",
    what: `${name} (${area}): ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
    outcome: outcome === "confirmed" ? "done" : outcome === "refused" ? "refused" : "failed",
    reasons,
  });
}

/** What an editor or the command line changed in the files of the configuration. */
function noteFiles(audit: Audit, configuration: Configuration): () => void {
  const waitingNow = () =>
    configuration.entries().filter(({ waitsForRestart }) => waitsForRestart).map(({ key }) => key);
  let known = new Set(waitingNow());
  return configuration.subscribe(({ changed, waiting, byOthers }) => {
    const keys = [...new Set([...changed, ...waiting.filter((key) => !known.has(key))])];
    known = new Set(waiting);
    if (!byOthers || keys.length === 0) return;
    const more = keys.length > 8 ? ` and ${keys.length - 8} more` : "";
    const what = `Settings ${keys.slice(0, 8).join(", ")}${more}: change in their file`;
    audit.note({
      actor: "editor or command line",
      address: "",
      action: "configuration",
      what,
      outcome: "done",
      reasons: [],
    });
  });
}

/**
 * The end of work on the database. A job that is over at once is over before the answer to whoever asked for it, and
 * comes after it in the record all the same.
 */
function noteJobs(audit: Audit, storage: Storage): () => void {
  const waiting = new Map<AuditNote, Timer>();
  const write = (note: AuditNote) => {
    waiting.get(note)?.cancel();
    if (waiting.delete(note)) audit.note(note);
  };
  const end = storage.updater.jobs.subscribe((progress) => {
    const note = noteOf(progress);
    if (note) waiting.set(note, systemClock.after(endAfterMs, () => write(note)));
  });
  return () => {
    end();
    for (const note of [...waiting.keys()]) write(note);
  };
}

/** What was done in recovery mode, where there is no database that could keep it, for the program that comes after. */
export function noteOfRecovery({ kind, actor = "CoachIQ" }: JobProgress, reason: string): AuditNote {
  const what = `${jobWords[kind]} in recovery mode: end`;
  return { actor, address: "", action: "update", what, outcome: "done", reasons: [reason] };
}

/** Undefined: it runs, or it went well and is of every day. */
function noteOf({ kind, actor = "CoachIQ", state, message }: JobProgress): AuditNote | undefined {
  if (state === "running" || (state === "done" && !changes.has(kind))) return undefined;
  const outcome = state === "done" ? "done" : "failed";
  const reasons = outcome === "done" ? [] : [message];
  return { actor, address: "", action: "update", what: `${jobWords[kind]}: end`, outcome, reasons };
}
