import type { Database } from "./database.ts";
import { bucketMs, hourMs } from "./history_rollup.ts";
import { historySql } from "./tables.ts";

/** Which course to read. */
export interface HistoryRange {
  readonly entityId: string;
  readonly signal: string;
  /** Wall-clock ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Most points to answer, [2, 5000]. Default 500. */
  readonly points?: number;
}

/** One point of a course: what happened from `atMs` until the next point. */
export interface HistoryPoint {
  readonly atMs: number;
  /** Null: the signal had no value. */
  readonly min: number | null;
  readonly max: number | null;
  readonly avg: number | null;
}

/** One change of a text. */
export interface HistoryChange {
  readonly atMs: number;
  readonly value: string | null;
}

/** A course as charts show it. */
export interface HistorySeries {
  readonly unit: string | undefined;
  /** How fine the points are that this was made of. */
  readonly level: "raw" | "5min" | "hour";
  readonly points: readonly HistoryPoint[];
  /** Texts and switches: each change, the one that was valid at the beginning first. At most 5,000. */
  readonly changes: readonly HistoryChange[];
}

/** Readings are kept and scanned by time, so a longer range takes its rolled-up steps. */
const longestRawMs = 3 * hourMs;
const longest5minMs = 3 * 24 * hourMs;
const maxChanges = 5000;
/** Changes that are read at once for an export. */
const maxPage = 1000;

const rawSql = "SELECT at, value AS min, value AS max, value AS avg FROM history_raw " +
  "WHERE at >= ? AND at < ? AND series = ? ORDER BY at";
/** One look-up per step instead of a scan over the steps of all series. */
const bucketsSql =
  "WITH RECURSIVE steps (bucket) AS (SELECT ? UNION ALL SELECT bucket + 1 FROM steps WHERE bucket < ?) " +
  `SELECT s.bucket * ${bucketMs} AS at, h.min, h.max, h.avg FROM steps s ` +
  "CROSS JOIN history_5min h ON h.bucket = s.bucket AND h.series = ?";
const hoursSql = `SELECT hour * ${hourMs} AS at, min, max, avg FROM history_hour ` +
  "WHERE series = ? AND hour >= ? AND hour < ? ORDER BY hour";
const changesSql = "SELECT at, value FROM history_changes WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?";
const changeBeforeSql = "SELECT at, value FROM history_changes WHERE series = ? AND at < ? ORDER BY at DESC LIMIT 1";

/** Reads courses for charts and for export. */
export class HistoryQuery {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every series there is. */
  series(): readonly { readonly entityId: string; readonly signal: string; readonly unit: string | undefined }[] {
    return this.#database.all(
      historySql.selectFrom("history_series").selectAll().orderBy("entity_id").orderBy("signal").compile(),
    ).map((row) => ({ entityId: row.entity_id, signal: row.signal, unit: row.unit ?? undefined }));
  }

  /** A course with at most `points` points that still shows every extreme; undefined: nothing is kept of this signal. */
  range(range: HistoryRange): HistorySeries | undefined {
    const series = this.#find(range);
    if (!series) return undefined;
    const { level, points } = this.#points(series.id, range);
    return {
      unit: series.unit ?? undefined,
      level,
      points: downsample(points, range),
      changes: this.#changes(series.id, range),
    };
  }

  /**
   * Everything kept of a signal as CSV (RFC 4180): readings and changes where they are still there, and the rolled-up
   * steps before. In pieces of some lines, each read at once and short to read: who takes them slowly keeps nothing
   * open, and who asks for a thousand years waits for no more than is kept.
   */
  *csv(range: Omit<HistoryRange, "points">): Generator<string> {
    yield "time,value,min,max,unit,step\r\n";
    const series = this.#find(range);
    if (!series) return;
    const unit = csvField(series.unit ?? "");
    const raw = this.#kept("SELECT min(at) AS first, max(at) AS last FROM history_raw", 1);
    const fine = this.#kept("SELECT min(bucket) AS first, max(bucket) AS last FROM history_5min", bucketMs);
    const hours = this.#kept(
      "SELECT min(hour) AS first, max(hour) AS last FROM history_hour WHERE series = ?",
      hourMs,
      series.id,
    );
    const line = (row: Row, step: string) =>
      `${iso(row["at"])},${row["avg"] ?? ""},${row["min"] ?? ""},${row["max"] ?? ""},${unit},${step}\r\n`;
    const old = { ...hours, toMs: Math.min(hours.toMs, raw.fromMs, fine.fromMs) };
    for (const page of pages(range, old, { unitMs: hourMs, pageMs: 1000 * hourMs })) {
      yield piece(this.#hours(series.id, page), (row) => line(row, "hour"));
    }
    const recent = { ...fine, toMs: Math.min(fine.toMs, raw.fromMs) };
    for (const page of pages(range, recent, { unitMs: bucketMs, pageMs: 1000 * bucketMs })) {
      yield piece(this.#buckets(series.id, page), (row) => line(row, "5min"));
    }
    for (const page of pages(range, raw, { unitMs: 1, pageMs: hourMs })) {
      yield piece(this.#raw(series.id, page), (row) => `${iso(row["at"])},${row["avg"] ?? ""},,,${unit},\r\n`);
    }
    let fromMs = range.fromMs;
    for (let isMore = true; isMore;) {
      const changes = this.#database.statement(changesSql).all(series.id, fromMs, range.toMs, maxPage);
      yield piece(changes, (row) => `${iso(row["at"])},${csvField(String(row["value"] ?? ""))},,,${unit},change\r\n`);
      fromMs = Number(changes.at(-1)?.["at"]) + 1;
      isMore = changes.length === maxPage;
    }
  }

  /** From the first to behind the last that is kept; of nothing the two do not meet. */
  #kept(sql: string, unitMs: number, ...of: readonly number[]): Span {
    const { first, last } = this.#database.statement(sql).get(...of) ?? {};
    return typeof first === "number" && typeof last === "number"
      ? { fromMs: first * unitMs, toMs: (last + 1) * unitMs }
      : { fromMs: Infinity, toMs: -Infinity };
  }

  #find(key: { readonly entityId: string; readonly signal: string }) {
    return this.#database.get(
      historySql.selectFrom("history_series").select(["id", "unit"])
        .where("entity_id", "=", key.entityId).where("signal", "=", key.signal).compile(),
    );
  }

  #points(series: number, range: HistoryRange): { level: HistorySeries["level"]; points: readonly HistoryPoint[] } {
    const spanMs = range.toMs - range.fromMs;
    const firstRawMs = this.#first("SELECT min(at) AS first FROM history_raw", 1);
    if (spanMs <= longestRawMs && range.fromMs >= firstRawMs) {
      return { level: "raw", points: pointsOf(this.#raw(series, range)) };
    }
    const firstBucketMs = this.#first("SELECT min(bucket) AS first FROM history_5min", bucketMs);
    if (spanMs <= longest5minMs && range.toMs >= firstBucketMs) {
      const points = pointsOf(this.#buckets(series, range));
      return { level: "5min", points: this.#withTail(series, { range, points, stepMs: bucketMs }) };
    }
    const hours = pointsOf(this.#hours(series, range));
    const lastMs = hours.at(-1)?.atMs;
    const tailMs = lastMs === undefined ? Math.max(range.fromMs, range.toMs - longest5minMs) : lastMs + hourMs;
    const tail = tailMs < range.toMs
      ? pointsOf(this.#buckets(series, { fromMs: Math.max(tailMs, range.toMs - longest5minMs), toMs: range.toMs }))
      : [];
    return { level: "hour", points: this.#withTail(series, { range, points: [...hours, ...tail], stepMs: bucketMs }) };
  }

  /** Adds the readings since the last finished step, so that a chart ends now. */
  #withTail(series: number, course: {
    readonly range: HistoryRange;
    readonly points: readonly HistoryPoint[];
    readonly stepMs: number;
  }): readonly HistoryPoint[] {
    const { range, points, stepMs } = course;
    const lastMs = points.at(-1)?.atMs;
    const fromMs = Math.max(lastMs === undefined ? range.fromMs : lastMs + stepMs, range.toMs - hourMs);
    return fromMs >= range.toMs ? points : [...points, ...pointsOf(this.#raw(series, { fromMs, toMs: range.toMs }))];
  }

  #raw(series: number, range: { readonly fromMs: number; readonly toMs: number }) {
    return this.#database.statement(rawSql).all(Math.round(range.fromMs), Math.round(range.toMs), series);
  }

  #buckets(series: number, range: { readonly fromMs: number; readonly toMs: number }) {
    const first = Math.floor(range.fromMs / bucketMs);
    const last = Math.ceil(range.toMs / bucketMs) - 1;
    return last < first ? [] : this.#database.statement(bucketsSql).all(first, last, series);
  }

  #hours(series: number, range: { readonly fromMs: number; readonly toMs: number }) {
    return this.#database.statement(hoursSql)
      .all(series, Math.floor(range.fromMs / hourMs), Math.ceil(range.toMs / hourMs));
  }

  #changes(series: number, range: HistoryRange): readonly HistoryChange[] {
    const before = this.#database.statement(changeBeforeSql).all(series, Math.round(range.fromMs));
    const within = this.#database.statement(changesSql)
      .all(series, Math.round(range.fromMs), Math.round(range.toMs), maxChanges);
    return [...before, ...within].map((row) => ({
      atMs: Number(row["at"]),
      value: row["value"] === null ? null : String(row["value"]),
    }));
  }

  #first(sql: string, unitMs: number): number {
    const first = this.#database.statement(sql).get()?.["first"];
    return typeof first === "number" ? first * unitMs : Infinity;
  }
}

type Row = Readonly<Record<string, unknown>>;

/** From a time to before another, wall-clock ms. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What two spans have in common, from the beginning of a unit, in pages of so long. */
function* pages(
  range: Span,
  kept: Span,
  { unitMs, pageMs }: { readonly unitMs: number; readonly pageMs: number },
): Generator<Span> {
  const toMs = Math.min(range.toMs, kept.toMs);
  const firstMs = Math.floor(Math.max(range.fromMs, kept.fromMs) / unitMs) * unitMs;
  for (let fromMs = firstMs; fromMs < toMs; fromMs += pageMs) yield { fromMs, toMs: Math.min(fromMs + pageMs, toMs) };
}

function piece(rows: readonly Row[], line: (row: Row) => string): string {
  return rows.map(line).join("");
}

function pointsOf(rows: readonly Record<string, unknown>[]): readonly HistoryPoint[] {
  const number = (value: unknown) => typeof value === "number" ? value : null;
  return rows.map((row) => ({
    atMs: Number(row["at"]),
    min: number(row["min"]),
    max: number(row["max"]),
    avg: number(row["avg"]),
  }));
}

/** Merges neighbours into at most `points` groups of equal length; each keeps its minimum and its maximum. */
export function downsample(points: readonly HistoryPoint[], range: HistoryRange): readonly HistoryPoint[] {
  const most = Math.min(5000, Math.max(2, Math.floor(range.points ?? 500)));
  if (points.length <= most) return points;
  const widthMs = (range.toMs - range.fromMs) / most;
  const groups = Map.groupBy(
    points,
    (point) => Math.min(most - 1, Math.max(0, Math.floor((point.atMs - range.fromMs) / widthMs))),
  );
  return [...groups.values()].map((group) => {
    const valued = group.filter((point) => point.min !== null);
    const sum = valued.reduce((total, point) => total + (point.avg ?? 0), 0);
    return {
      atMs: group[0]?.atMs ?? range.fromMs,
      min: valued.length === 0 ? null : Math.min(...valued.map((point) => point.min ?? Infinity)),
      max: valued.length === 0 ? null : Math.max(...valued.map((point) => point.max ?? -Infinity)),
      avg: valued.length === 0 ? null : sum / valued.length,
    };
  });
}

function iso(at: unknown): string {
  return new Date(Number(at)).toISOString();
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
