import { formatMoment, Icon } from "../../lib/ui/mod.ts";
import type { MappingStatusView } from "../../lib/wire/mod.ts";
import type { CoachDesk } from "./use_coach.ts";

const text = {
  inUse: "In use",
  version: (version: number) => `Version ${version}`,
  imported: (when: string, by: string) => `imported ${when} by ${by}`,
  notImported: "The database is not ready for a mapping yet: the model is used as it comes with the program.",
  somebody: "CoachIQ",
  devices: "Devices",
  edits: "Your changes",
  unverified: "Not seen to work",
  hidden: "Hidden",
  removed: "Removed",
  update: "Update available",
  updateHelp: (from: number, to: number) =>
    `Version ${to} of the model is here, you have ${from}. Nothing changes before you looked at what it would do; ` +
    "your own changes stay.",
  look: "See what would change",
};

/** The model that the coach runs with, and its update. */
export default function ModelCard({ status, desk }: { readonly status: MappingStatusView; readonly desk: CoachDesk }) {
  // Why nothing can be changed stands above this card already.
  const problems = status.problems.filter((problem) => problem !== status.readOnlyBecause);
  return (
    <>
      <section class="card model">
        <div class="model__head">
          <h2>{status.name}</h2>
          <span class="pill pill--good">{text.inUse}</span>
        </div>
        <p class="muted">{importedWords(status, desk)}</p>
        <dl class="counters">
          <Count name={text.devices} value={status.entities} />
          <Count name={text.edits} value={status.edits} />
          <Count name={text.unverified} value={status.unverified} />
          {status.hidden > 0 && <Count name={text.hidden} value={status.hidden} />}
          {status.removed > 0 && <Count name={text.removed} value={status.removed} />}
        </dl>
        {problems.length > 0 && (
          <ul class="checks">
            {problems.map((problem) => (
              <li key={problem} class="is-warning">
                <Icon name="warning" />
                <span>{problem}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {status.updateAvailable && status.shippedVersion !== null && (
        <section class="card update">
          <h2>{text.update}</h2>
          <p>{text.updateHelp(status.version, status.shippedVersion)}</p>
          <div class="actions">
            <a class="button button--accent" href={`/settings/coach/preview?model=${status.modelId}`}>{text.look}</a>
          </div>
        </section>
      )}
    </>
  );
}

function importedWords({ version, importedAt, importedBy }: MappingStatusView, desk: CoachDesk): string {
  if (importedAt === null) return `${text.version(version)}. ${text.notImported}`;
  const when = formatMoment(importedAt, { isLocal: desk.isReady });
  return `${text.version(version)}, ${text.imported(when, importedBy ?? text.somebody)}`;
}

function Count({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
