import { Icon, versionWords } from "../../lib/ui/mod.ts";
import { formatAge } from "../../lib/wire/mod.ts";
import HoldToConfirm from "../parts/HoldToConfirm.tsx";
import SafetyCheck from "./SafetyCheck.tsx";
import type { DatabaseDesk } from "./use_database.ts";

const text = {
  current: "Up to date",
  version: (version: string) => `Version ${version}`,
  backup: (age: string) => `Last backup ${age} ago, checked and restored on trial`,
  badBackup: (age: string) => `The last backup, ${age} ago, is not good`,
  noBackup: "There is no backup yet",
  update: "An update is waiting",
  fromTo: (from: string, to: string) => `From version ${from} to ${to}.`,
  meanwhile: "Until then the coach obeys as before; what needs the new version is off.",
  changes: "What it changes",
  how: "A backup is made first. The update happens on a copy; only when that has passed every check does it take the " +
    "place of the database. Power may go away at any moment.",
  hold: "Hold to update",
  question: "Update the database now?",
  early: "Hold the button until its ring is full.",
  dryRun: "Try it on a copy",
};

/** The version, and the update that waits. */
export default function VersionCard({ desk }: { readonly desk: DatabaseDesk }) {
  const { status } = desk;
  if (!status.needsUpdate) return <CurrentVersion desk={desk} />;
  return (
    <section class="card update" aria-labelledby="update">
      <h2 id="update">{text.update}</h2>
      <p>{text.fromTo(versionWords(status.currentVersion), versionWords(status.targetVersion))}</p>
      <p class="muted">{text.meanwhile}</p>
      <h3>{text.changes}</h3>
      <ul class="pending">
        {status.pending.map(({ name, description }) => <li key={name}>{description}</li>)}
      </ul>
      <SafetyCheck desk={desk} />
      <div class="actions">
        <HoldToConfirm
          tone="accent"
          isDisabled={!desk.mayChange}
          question={text.question}
          onConfirm={() => void desk.begin("update", { confirm: true, parked: desk.parked })}
          onEarly={() => desk.say(text.early)}
        >
          {text.hold}
        </HoldToConfirm>
        <button type="button" class="button" disabled={!desk.isFree} onClick={() => void desk.begin("simulate")}>
          {text.dryRun}
        </button>
      </div>
      <p class="muted">{text.how}</p>
    </section>
  );
}

function CurrentVersion({ desk }: { readonly desk: DatabaseDesk }) {
  const { currentVersion, latestBackup } = desk.status;
  const age = latestBackup && formatAge(desk.nowMs - Date.parse(latestBackup.createdAt));
  const isGood = latestBackup?.problems.length === 0;
  return (
    <section class="card current">
      <span class="current__mark">
        <Icon name="check" />
      </span>
      <div>
        <h2>{text.current}</h2>
        <p class="muted">{text.version(versionWords(currentVersion))}</p>
        <p class={isGood ? "muted" : "is-warning"}>
          {age === null ? text.noBackup : isGood ? text.backup(age) : text.badBackup(age)}
        </p>
      </div>
    </section>
  );
}
