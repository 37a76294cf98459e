import { backupWords, formatBytes, formatMoment, Icon, versionWords } from "../../lib/ui/mod.ts";
import { type BackupView, formatAge } from "../../lib/wire/mod.ts";
import HoldToConfirm from "../parts/HoldToConfirm.tsx";
import type { DatabaseDesk } from "./use_database.ts";

const text = {
  none: "There is no backup yet. One is made every day.",
  ago: (age: string) => `${age} ago`,
  good: "Good",
  bad: "Not good",
  proven: (when: string) => `Opened, checked and restored on trial: ${when}.`,
  made: (when: string) => `Made ${when}.`,
  clock: "The clock could not be believed then.",
  contents: (version: string, rows: string) => `Version ${version}, ${rows} rows.`,
  restore: "Hold to restore",
  restoreHelp: "What is there now is backed up first, then this takes its place.",
  blocked: "The safety check on this page stands in the way.",
  restoreQuestion: "Put this backup in the place of the present database?",
  verify: "Check",
  download: "Download",
  remove: "Hold to delete",
  removeQuestion: "Delete this backup for good?",
  early: "Hold the button until its ring is full.",
};

/** Every backup; its details and what can be done with it open at a tap. */
export default function BackupList({ desk }: { readonly desk: DatabaseDesk }) {
  if (desk.backups.length === 0) return <p class="empty">{text.none}</p>;
  return (
    <ul class="rows">
      {desk.backups.map((backup) => (
        <li key={backup.id}>
          <Backup desk={desk} backup={backup} />
        </li>
      ))}
    </ul>
  );
}

function Backup({ desk, backup }: { readonly desk: DatabaseDesk; readonly backup: BackupView }) {
  const isGood = backup.problems.length === 0;
  return (
    <details class="backup" data-backup={backup.id}>
      <summary class="row">
        <span class={isGood ? "row__icon is-good" : "row__icon is-bad"}>
          <Icon name={isGood ? "check" : "warning"} />
        </span>
        <span class="row__main">
          <b>{text.ago(formatAge(desk.nowMs - Date.parse(backup.createdAt)))}</b>
          <span class="muted">{backupWords[backup.reason]}</span>
        </span>
        <span class="row__side">
          <span>{formatBytes(backup.sizeBytes)}</span>
          <span class={isGood ? "muted" : "is-bad"}>{isGood ? text.good : text.bad}</span>
        </span>
        <Icon name="more" class="backup__more" />
      </summary>
      <div class="backup__body">
        <Facts desk={desk} backup={backup} />
        <Actions desk={desk} backup={backup} />
      </div>
    </details>
  );
}

function Facts({ desk, backup }: { readonly desk: DatabaseDesk; readonly backup: BackupView }) {
  const moment = (iso: string) => formatMoment(iso, { isLocal: desk.isReady });
  return (
    <>
      {backup.problems.map((problem) => <p key={problem} class="is-bad">{problem}</p>)}
      <p class="muted">
        {text.made(moment(backup.createdAt))} {backup.problems.length === 0 && text.proven(moment(backup.provenAt))}
        {" "}
        {text.contents(versionWords(backup.schemaVersion), backup.rows.toLocaleString("en-US"))}
      </p>
      {!backup.clockTrusted && <p class="is-warning">{text.clock}</p>}
    </>
  );
}

function Actions({ desk, backup }: { readonly desk: DatabaseDesk; readonly backup: BackupView }) {
  const onEarly = () => desk.say(text.early);
  return (
    <>
      <div class="actions">
        <HoldToConfirm
          tone="accent"
          isDisabled={!desk.mayChange || backup.problems.length > 0}
          question={text.restoreQuestion}
          onConfirm={() => void desk.begin(`restore/${backup.id}`, { confirm: true, parked: desk.parked })}
          onEarly={onEarly}
        >
          {text.restore}
        </HoldToConfirm>
      </div>
      <p class="muted">{desk.isReady && !desk.status.safety.safe ? text.blocked : text.restoreHelp}</p>
      <div class="actions actions--even">
        <a class="button" href={`/api/database/backups/${backup.id}/file`} download>
          {text.download}
        </a>
        <button
          type="button"
          class="button"
          disabled={!desk.isFree}
          onClick={() => void desk.begin(`backups/${backup.id}/verify`)}
        >
          {text.verify}
        </button>
      </div>
      <div class="actions">
        <HoldToConfirm
          tone="danger"
          isDisabled={!desk.isFree}
          question={text.removeQuestion}
          onConfirm={() => void desk.remove(backup)}
          onEarly={onEarly}
        >
          {text.remove}
        </HoldToConfirm>
      </div>
    </>
  );
}
