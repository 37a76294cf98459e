import type { Audit, CoachMapping, JobProgress, Storage } from "../lib/core/mod.ts";
import type { CommandReport, Hub } from "../lib/hub/mod.ts";

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
export function keepRecord(audit: Audit, { hub, storage, mapping }: {
  readonly hub: Hub;
  readonly storage: Storage;
  readonly mapping: CoachMapping;
}): () => void {
  const areaName = (area: string) => (mapping.isReady ? mapping.effective().areas[area] : undefined) ?? words(area);
  const ends = [
    hub.subscribe({ onCommand: (report) => noteCommand(audit, { ...report, area: areaName(report.area) }) }),
    storage.updater.jobs.subscribe((progress) => noteJob(audit, progress)),
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

function noteJob(audit: Audit, { kind, actor = "CoachIQ", state, message }: JobProgress): void {
  if (state === "running" || (state === "done" && !changes.has(kind))) return;
  const outcome = state === "done" ? "done" : "failed";
  const reasons = outcome === "done" ? [] : [message];
  audit.note({ actor, address: "", action: "update", what: `${jobWords[kind]}: end`, outcome, reasons });
}
