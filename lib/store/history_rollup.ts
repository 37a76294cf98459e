import type { Database } from "./database.ts";

/** Length of a short step, ms. */
export const bucketMs = 300_000;
/** Length of a long step, ms. */
export const hourMs = 3_600_000;
const bucketsPerHour = hourMs / bucketMs;

/** Extremes, mean and number of the readings in one step. */
export interface Step {
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** Merges a step into what may be there already: after a restart in the middle of it. */
const upsertBucketSql = "INSERT INTO history_5min (bucket, series, min, max, avg, count) VALUES (?, ?, ?, ?, ?, ?) " +
  "ON CONFLICT (bucket, series) DO UPDATE SET min = min(min, excluded.min), max = max(max, excluded.max), " +
  "avg = (avg * count + excluded.avg * excluded.count) / (count + excluded.count), count = count + excluded.count";

/** Adds a finished step. Runs in the caller's transaction. */
export function addBucket(
  database: Database,
  at: { readonly bucket: number; readonly series: number },
  step: Step,
): void {
  database.statement(upsertBucketSql).run(at.bucket, at.series, step.min, step.max, step.sum / step.count, step.count);
}

const fillSql = "INSERT INTO history_5min (bucket, series, min, max, avg, count) " +
  `SELECT at / ${bucketMs}, series, min(value), max(value), avg(value), count(*) FROM history_raw ` +
  "WHERE at >= ? AND at < ? AND value IS NOT NULL GROUP BY 1, 2 " +
  "ON CONFLICT (bucket, series) DO UPDATE SET min = min(min, excluded.min), max = max(max, excluded.max)";

/** Makes short steps out of kept readings from `fromMs` to before `toMs`, for the steps nobody finished. */
export function fillBuckets(database: Database, range: { readonly fromMs: number; readonly toMs: number }): void {
  database.statement(fillSql).run(range.fromMs, range.toMs);
}

const hoursSql = "INSERT OR REPLACE INTO history_hour (series, hour, min, max, avg, count) " +
  `SELECT series, bucket / ${bucketsPerHour}, min(min), max(max), sum(avg * count) / sum(count), sum(count) ` +
  "FROM history_5min WHERE bucket >= ? AND bucket < ? GROUP BY 1, 2";

/** Makes the hours from `from` to before `to` out of their short steps; doing it again changes nothing. */
export function fillHours(database: Database, range: { readonly from: number; readonly to: number }): void {
  database.statement(hoursSql).run(range.from * bucketsPerHour, range.to * bucketsPerHour);
}

/** The last short step up to `now`; undefined: none. A clock that was wrong may have left steps of a time to come. */
export function lastBucket(database: Database, now: number): number | undefined {
  const row = database.statement("SELECT max(bucket) AS last FROM history_5min WHERE bucket <= ?").get(now);
  return typeof row?.["last"] === "number" ? row["last"] : undefined;
}

/** The last hour of any series up to `now`; undefined: none. */
export function lastHour(database: Database, now: number): number | undefined {
  const row = database.statement(
    "SELECT max(last) AS last FROM (SELECT (SELECT max(hour) FROM history_hour h WHERE h.series = s.id AND hour <= ?) " +
      "AS last FROM history_series s)",
  ).get(now);
  return typeof row?.["last"] === "number" ? row["last"] : undefined;
}

/** Time of the first short step there is, as an hour; undefined: none. */
export function firstBucketHour(database: Database): number | undefined {
  const row = database.statement("SELECT min(bucket) AS first FROM history_5min").get();
  return typeof row?.["first"] === "number" ? Math.floor(row["first"] / bucketsPerHour) : undefined;
}
