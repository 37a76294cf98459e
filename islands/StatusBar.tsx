import { useEffect, useState } from "preact/hooks";
import { Icon } from "../lib/ui/mod.ts";
import type { DatabaseStatusView, DatabaseUpdate, HealthView } from "../lib/wire/mod.ts";
import type { CommandDesk } from "./live/command_desk.ts";
import { type LivePage, useLivePage, useTopic } from "./live/page.ts";

const text = {
  lost: "No connection to the coach. What you see is old.",
  trying: "Trying again…",
  failed: "CoachIQ has a problem. Commands are off.",
  degraded: "Not everything works.",
  close: "Close",
  parked: "It is parked",
  undo: "Undo",
  update: "A database update is available.",
  look: "Look at it",
  working: {
    update: "The database is being updated:",
    restore: "A backup is being restored:",
    reset: "The database is being reset:",
  } as Readonly<Record<string, string>>,
  percent: (percent: number) => `${Math.round(percent)} %`,
};

/** How long a sentence stays, ms: long enough to read it twice. */
const showMs = 9_000;

interface Props {
  readonly health: HealthView;
  /** Null: nothing is known of the database. */
  readonly database: DatabaseUpdate | null;
  /** Whoever looks may know of the database. */
  readonly seesDatabase: boolean;
  /** The page itself is about the database, or all that works. */
  readonly isDatabasePage: boolean;
}

/** What concerns the whole page: connection, health, the database's update, and what became of the last tap. */
export default function StatusBar({ health: first, database: firstDatabase, seesDatabase, isDatabasePage }: Props) {
  const page = useLivePage({ health: first });
  useTopic(page, "health");
  const health = page.store.health.value ?? first;
  const database = page.store.database.value ?? firstDatabase;
  const isRecovery = database?.status.mode === "recovery";
  const isLost = page.connection?.state.value === "lost";
  useEffect(() => {
    document.documentElement.classList.toggle("is-offline", isLost);
  }, [isLost]);
  return (
    <>
      {isLost && (
        <div class="banner banner--lost" role="alert">
          <Icon name="warning" />
          <span>{text.lost}</span>
          <small>{text.trying}</small>
        </div>
      )}
      {seesDatabase && <DatabaseTopic page={page} />}
      {database && !isDatabasePage && <UpdateBanner database={database} />}
      {database && <StorageBanner problems={database.status.problems} health={health} />}
      {health.status !== "ok" && !isRecovery && (
        <div class="banner banner--problem" role="alert">
          <Icon name="warning" />
          <span>{health.status === "failed" ? text.failed : text.degraded}</span>
          <ul>{health.problems.map((one) => <li key={one.what}>{`${one.what} ${one.todo}`}</li>)}</ul>
        </div>
      )}
      <Toast desk={page.desk} />
    </>
  );
}

/** Lets the page be told of the database. */
function DatabaseTopic({ page }: { readonly page: LivePage }) {
  useTopic(page, "database");
  return null;
}

/** What became of the last tap, and what can be done about it. */
function Toast({ desk }: { readonly desk: CommandDesk }) {
  const announcement = desk.announcement.value;
  const [closed, setClosed] = useState(0);
  useEffect(() => {
    if (!announcement) return;
    const timer = setTimeout(() => setClosed(announcement.number), showMs);
    return () => clearTimeout(timer);
  }, [announcement?.number]);
  const isShown = announcement !== undefined && announcement.tone !== "quiet" && announcement.number > closed;
  const after = (action: () => void) => () => {
    setClosed(announcement?.number ?? 0);
    action();
  };
  const classes = ["toast", announcement?.tone === "done" && "toast--done", isShown && "is-shown"];
  return (
    <div class={classes.filter(Boolean).join(" ")} role="status" aria-live="polite">
      <span key={announcement?.number}>{announcement?.sentence}</span>
      {isShown && announcement.undo && (
        <button type="button" class="button" onClick={after(announcement.undo)}>{text.undo}</button>
      )}
      {isShown && announcement.offersParked && (
        <button
          type="button"
          class="button"
          onClick={after(() => desk.sayParked())}
        >
          {text.parked}
        </button>
      )}
      {isShown && <button type="button" class="button" onClick={after(() => {})}>{text.close}</button>}
    </div>
  );
}

/** An update that waits, or a job that everybody should know of. */
function UpdateBanner({ database: { status, job } }: { readonly database: DatabaseUpdate }) {
  const working = job?.state === "running" ? text.working[job.kind] : undefined;
  if (working === undefined && !status.needsUpdate) return null;
  return (
    <div class="banner banner--update" role="status">
      <Icon name="database" />
      <span>{working === undefined ? text.update : `${working} ${text.percent(job?.percent ?? 0)}`}</span>
      <a href="/settings/database">{text.look}</a>
    </div>
  );
}

/** What is wrong with writing, unless the program's health says it already. */
function StorageBanner(
  { problems, health }: { readonly problems: DatabaseStatusView["problems"]; readonly health: HealthView },
) {
  const said = new Set(health.problems.map(({ what }) => what));
  const rest = problems.filter(({ what }) => !said.has(what));
  if (rest.length === 0) return null;
  return (
    <div class="banner banner--storage" role="alert">
      <Icon name="warning" />
      <ul>{rest.map(({ what, todo }) => <li key={what}>{`${what} ${todo}`}</li>)}</ul>
    </div>
  );
}
