import {
  type DatabaseRunView,
  type DatabaseStatusView,
  formatAge,
  type LossWindowView,
  type WriteBudgetView,
} from "../wire/mod.ts";
import { causeWords, formatBytes, formatDuration, formatMoment, outcomeWords, versionWords } from "./database_words.ts";

const text = {
  database: "Settings and states",
  history: "History",
  backups: "Backups",
  free: "Free on the disk",
  same: "the same",
  grown: (change: string, days: number) => `${change} in ${days === 1 ? "a day" : `${days} days`}`,
  lossHelp: "The databases are in memory, to spare the card. What you change yourself is on the card within seconds. " +
    "When the power goes, this much of what the coach said is lost:",
  lossNone: "nothing",
  loss: (age: string) => `the last ${age}`,
  copied: (age: string) => `copied every ${age}`,
  noWrites: "Nothing was counted yet.",
  perDay: "Written to the disk each day, and by what. Less is better for an SD card.",
  unknownDay: "Clock not known",
  noRuns: "Nothing was changed yet.",
  ago: (age: string) => `${age} ago`,
  fromTo: (from: string, to: string) => `${from} → ${to}`,
  by: (actor: string, duration: string) => `by ${actor}, took ${duration.replace(" ", "\u00a0")}`,
};

/** How much room everything takes. */
export function SizeList({ status }: { readonly status: Pick<DatabaseStatusView, "sizes" | "growth"> }) {
  const { sizes, growth } = status;
  const rows = [
    [text.database, "database"],
    [text.history, "history"],
    [text.backups, "backups"],
  ] as const;
  return (
    <ul class="rows">
      {rows.map(([name, key]) => (
        <li key={name} class="row">
          <span class="row__main">
            {name}
            {growth.length > 1 && <GrowthLine values={growth.map((day) => day[key]).reverse()} />}
          </span>
          <span class="row__side">
            <b>{formatBytes(sizes[key])}</b>
            {growth.length > 1 && <span class="muted row__below">{growthWords(growth, key)}</span>}
          </span>
        </li>
      ))}
      <li class="row">
        <span class="row__main">{text.free}</span>
        <b class="row__side">{formatBytes(sizes.free)}</b>
      </li>
    </ul>
  );
}

/** The days that were noted, from the left; the lowest line is the smallest of them. */
function GrowthLine({ values }: { readonly values: readonly number[] }) {
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  const points = values.map((value, i) => `${i / (values.length - 1) * 100},${19 - (value - low) / range * 18}`);
  return (
    <svg class="growth" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(" ")} />
    </svg>
  );
}

/** By how much a file grew since the first day of those shown. */
function growthWords(growth: DatabaseStatusView["growth"], key: "database" | "history" | "backups"): string {
  const newest = growth[0];
  const oldest = growth.at(-1);
  if (!newest || !oldest) return "";
  const bytes = newest[key] - oldest[key];
  const days = Math.round((Date.parse(newest.day) - Date.parse(oldest.day)) / 86_400_000);
  const sign = bytes < 0 ? "−" : "+";
  return text.grown(bytes === 0 ? text.same : `${sign}${formatBytes(Math.abs(bytes))}`, days);
}

/** What a power cut would take now: the databases are in memory, and copied to the card now and then. */
export function LossList({ lossWindow }: { readonly lossWindow: LossWindowView }) {
  const rows = [[text.database, lossWindow.states], [text.history, lossWindow.history]] as const;
  return (
    <>
      <p class="muted">{text.lossHelp}</p>
      <ul class="rows">
        {rows.map(([name, { ageS, atMostS }]) => (
          <li key={name} class="row">
            <span class="row__main">
              {name}
              <span class="muted row__below">{text.copied(formatAge(atMostS * 1000))}</span>
            </span>
            <b class="row__side">{ageS === 0 ? text.lossNone : text.loss(formatAge(ageS * 1000))}</b>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Days shown, and causes that have a colour of their own; the rest is one. */
const shownDays = 7;
const tones = 5;

/** Bytes written per day, by cause, as bars. */
export function WriteBars({ writes }: { readonly writes: readonly WriteBudgetView[] }) {
  if (writes.length === 0) return <p class="empty">{text.noWrites}</p>;
  const days = [...Map.groupBy(writes, ({ day }) => day)].slice(0, shownDays);
  const causes = [...Map.groupBy(writes, ({ cause }) => cause)]
    .map(([cause, rows]) => ({ cause, bytes: sumOf(rows) }))
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ cause }) => cause);
  const toneOf = (cause: string) => Math.min(causes.indexOf(cause), tones);
  const most = Math.max(...days.map(([, rows]) => sumOf(rows)), 1);
  return (
    <div class="card writes">
      <p class="muted">{text.perDay}</p>
      <ul class="writes__days">
        {days.map(([day, rows]) => (
          <li key={day}>
            <span>{day === "unknown" ? text.unknownDay : dayWords(day)}</span>
            <WriteBar rows={rows} most={most} toneOf={toneOf} />
            <b>{formatBytes(sumOf(rows))}</b>
          </li>
        ))}
      </ul>
      <ul class="legend">
        {causes.map((cause) => <li key={cause} class={`tone-${toneOf(cause)}`}>{causeWords[cause] ?? cause}</li>)}
      </ul>
    </div>
  );
}

function WriteBar(
  { rows, most, toneOf }: {
    readonly rows: readonly WriteBudgetView[];
    readonly most: number;
    readonly toneOf: (cause: string) => number;
  },
) {
  let x = 0;
  const parts = [...rows].sort((a, b) => toneOf(a.cause) - toneOf(b.cause)).map(({ cause, bytes }) => {
    const part = { cause, x, width: bytes / most * 100 };
    x += part.width;
    return part;
  });
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar__track" width="100" height="10" />
      {parts.map((part) => (
        <rect
          key={part.cause}
          class={`bar__part tone-${toneOf(part.cause)}`}
          x={part.x}
          width={part.width}
          height="10"
        />
      ))}
    </svg>
  );
}

function sumOf(rows: readonly WriteBudgetView[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

function dayWords(day: string): string {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" })
    .format(new Date(`${day}T00:00:00Z`));
}

/** Updates, restores and resets that were made. */
export function RunList(
  { runs, nowMs, isLocal }: {
    readonly runs: readonly DatabaseRunView[];
    readonly nowMs: number;
    readonly isLocal: boolean;
  },
) {
  if (runs.length === 0) return <p class="empty">{text.noRuns}</p>;
  return (
    <ul class="rows">
      {runs.map((run) => (
        <li key={run.jobId} class="row row--top">
          <span class="row__main">
            <b class={run.outcome === "failed" ? "is-bad" : undefined}>{outcomeWords[run.outcome]}</b>
            <span class="muted">
              {run.outcome === "failed" || run.from === run.to
                ? run.message
                : text.fromTo(versionWords(run.from), versionWords(run.to))}
            </span>
            <span class="muted">{formatMoment(run.startedAt, { isLocal })}</span>
            <span class="muted">{text.by(run.actor, formatDuration(run.durationMs))}</span>
          </span>
          <span class="row__side">{text.ago(formatAge(nowMs - Date.parse(run.startedAt)))}</span>
        </li>
      ))}
    </ul>
  );
}
