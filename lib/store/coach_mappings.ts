import { CompiledQuery } from "kysely";
import type { Clock } from "../base/mod.ts";
import type { CoachImports, ImportStatus, ShippedModel } from "./coach_imports.ts";
import type { Database } from "./database.ts";
import { StoreError } from "./store_error.ts";
import {
  coachiqSql,
  type CoachMappingBatchesTable,
  type CoachMappingHistoryTable,
  type MappingSource,
} from "./tables.ts";

/** What is valid at one path of a coach model (RFC 6901 pointer). */
export interface Mapping {
  readonly path: string;
  /** JSON value; undefined: removed by the owner. */
  readonly value: unknown;
  readonly source: MappingSource;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

/** One change of one path; without a `set` nothing is mapped there any more. */
export interface MappingChange {
  readonly path: string;
  readonly set?: { readonly value: unknown; readonly source: MappingSource };
}

/** Changes that belong together. */
export interface MappingBatch {
  readonly modelId: string;
  /** For people, e.g. `import of version 3`. */
  readonly reason: string;
  readonly actor: string;
  /** Of several changes of one path the last counts. */
  readonly changes: readonly MappingChange[];
  /** The version of the model that is in use with these changes; absent: the same as before. */
  readonly imports?: ShippedModel;
}

/** One side of a change. */
export interface MappedValue {
  readonly value: unknown;
  readonly source: MappingSource;
}

/** One batch as history shows it. */
export interface MappingBatchView {
  readonly id: number;
  readonly modelId: string;
  readonly reason: string;
  readonly actor: string;
  readonly changedAtMs: number;
  /** Undefined: not undone. */
  readonly undoneAtMs: number | undefined;
  /** Why it cannot be taken back, in a sentence without its end; undefined: it can. */
  readonly obstacle: string | undefined;
  readonly changes: readonly {
    readonly path: string;
    readonly before: MappedValue | undefined;
    readonly after: MappedValue | undefined;
  }[];
}

/** What of the history may go. */
export interface MappingPruning {
  /** Batches from before, wall-clock ms; undefined: the clock is not to be trusted, age does not count. */
  readonly beforeMs: number | undefined;
  /** Batches beyond so many changes of a model, newest first. */
  readonly maxChanges: number;
  /** The newest batches of a model that stay in any case. */
  readonly keepBatches: number;
}

type BatchRow = {
  readonly [K in keyof CoachMappingBatchesTable]: K extends "id" ? number : CoachMappingBatchesTable[K];
};
type HistoryRow = Omit<CoachMappingHistoryTable, "id" | "batch_id">;
interface ActiveRow {
  readonly id: number;
  readonly value: string | null;
  readonly source: MappingSource;
}

/* The queries of a whole import, which Kysely would write ten thousand times. */
const activeSql = "SELECT path, value, source, created_at, created_by FROM coach_mappings " +
  "WHERE model_id = ? AND is_active = 1 ORDER BY path";
const oneActiveSql = "SELECT id, value, source FROM coach_mappings WHERE model_id = ? AND path = ? AND is_active = 1";
const setActiveSql = "UPDATE coach_mappings SET is_active = ? WHERE id = ?";
const insertSql = "INSERT INTO coach_mappings (model_id, path, value, source, is_active, created_at, created_by) " +
  "VALUES (?, ?, ?, ?, 1, ?, ?) RETURNING id";
const noteSql = "INSERT INTO coach_mapping_history " +
  "(batch_id, path, old_value, old_source, new_value, new_source, old_mapping_id, new_mapping_id) " +
  "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
/** A path of a batch that is not as the batch left it, or of which the row from before is not known. */
const strayPathSql = "SELECT h.path, h.new_mapping_id IS NULL AND h.new_source IS NOT NULL " +
  "OR h.old_mapping_id IS NULL AND h.old_source IS NOT NULL AS unknown FROM coach_mapping_history h " +
  "WHERE h.batch_id = ? AND (" +
  "h.new_source IS NOT NULL AND NOT EXISTS " +
  "(SELECT 1 FROM coach_mappings m WHERE m.id = h.new_mapping_id AND m.is_active = 1) " +
  "OR h.new_source IS NULL AND EXISTS " +
  "(SELECT 1 FROM coach_mappings m WHERE m.model_id = ? AND m.path = h.path AND m.is_active = 1) " +
  "OR h.old_source IS NOT NULL AND NOT EXISTS (SELECT 1 FROM coach_mappings m WHERE m.id = h.old_mapping_id)) LIMIT 1";
const batchSizesSql = "SELECT b.id, b.model_id, b.changed_at, count(h.id) AS changes FROM coach_mapping_batches b " +
  "LEFT JOIN coach_mapping_history h ON h.batch_id = b.id GROUP BY b.id ORDER BY b.id DESC";
const unusedRowsSql = "DELETE FROM coach_mappings WHERE is_active = 0 AND id NOT IN (" +
  "SELECT old_mapping_id FROM coach_mapping_history WHERE old_mapping_id IS NOT NULL " +
  "UNION SELECT new_mapping_id FROM coach_mapping_history WHERE new_mapping_id IS NOT NULL)";

/** Which value is valid at which path, with the history of every change. */
export class CoachMappings {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #imports: CoachImports;

  constructor(database: Database, options: { readonly clock: Clock; readonly imports: CoachImports }) {
    this.#database = database;
    this.#clock = options.clock;
    this.#imports = options.imports;
  }

  /** What is valid now, by path. */
  active(modelId: string): readonly Mapping[] {
    interface Row {
      readonly path: string;
      readonly value: string | null;
      readonly source: MappingSource;
      readonly created_at: number;
      readonly created_by: string;
    }
    return this.#database.all(CompiledQuery.raw(activeSql, [modelId]) as CompiledQuery<Row>).map((row) => ({
      path: row.path,
      value: parsed(row.value),
      source: row.source,
      createdAtMs: row.created_at,
      createdBy: row.created_by,
    }));
  }

  /** Models that anything is mapped for. */
  models(): readonly string[] {
    return this.#database.all(
      coachiqSql.selectFrom("coach_mappings").select("model_id").distinct().where("is_active", "=", 1)
        .orderBy("model_id").compile(),
    ).map((row) => row.model_id);
  }

  /** Makes changes in one transaction, on the disk when it returns. Answers the batch's number, for undo. */
  apply(batch: MappingBatch): number {
    const { modelId, actor, imports: model } = batch;
    return this.#database.transaction({ cause: "mapping", durable: true }, () => {
      const nowMs = this.#now();
      const before = model && this.#statusText(modelId);
      if (model) {
        this.#imports.keep(model, nowMs);
        const { version, hash } = model;
        this.#imports.use(modelId, { version, hash, importedAtMs: nowMs, importedBy: actor });
      }
      const id = this.#insertBatch(batch, { nowMs, ...(before === undefined ? {} : { statusBefore: before }) });
      for (const change of new Map(batch.changes.map((change) => [change.path, change])).values()) {
        this.#change(change, { batch, id, nowMs });
      }
      return id;
    });
  }

  /**
   * Takes a batch back, as a batch of its own, which can be taken back, too: the very rows of before are valid again,
   * and the version of the model, where the batch brought another one.
   *
   * @throws {StoreError} with the reason why it cannot be.
   */
  undo(batchId: number, author: { readonly actor: string; readonly reason?: string }): number {
    const what = `undo the change of mappings "${batchId}"`;
    return this.#database.transaction({ cause: "mapping", durable: true }, () => {
      const batch = this.#batch(batchId);
      if (!batch) throw new StoreError("failed", `Cannot ${what}: there is no such change`);
      const obstacle = this.#obstacle(batch);
      if (obstacle !== undefined) throw new StoreError("failed", `Cannot ${what}: ${obstacle}`);
      const { model_id: modelId, status_before: status } = batch;
      const statusBefore = status === null ? undefined : this.#statusText(modelId);
      // Written by this class alone, as it is read here.
      if (status !== null) this.#imports.use(modelId, JSON.parse(status) as ImportStatus);
      const nowMs = this.#now();
      this.#setUndone(batchId, nowMs);
      if (batch.undoes_id !== null) this.#setUndone(batch.undoes_id, null);
      const { actor, reason = `undo of "${batch.reason}"` } = author;
      const id = this.#insertBatch({ modelId, actor, reason }, {
        nowMs,
        undoes: batchId,
        ...(statusBefore === undefined ? {} : { statusBefore }),
      });
      for (const row of this.#changesOf([batchId]).get(batchId) ?? []) this.#takeBack(row, id);
      return id;
    });
  }

  /** One batch; undefined: there is none of this number. */
  batch(id: number): MappingBatchView | undefined {
    const batch = this.#batch(id);
    return batch && this.#viewOf(batch, this.#changesOf([id]));
  }

  /** The last batches, newest first. */
  history(modelId: string, options: { readonly limit?: number } = {}): readonly MappingBatchView[] {
    const batches = this.#database.all(
      coachiqSql.selectFrom("coach_mapping_batches").selectAll().where("model_id", "=", modelId)
        .orderBy("id", "desc").limit(options.limit ?? 50).compile(),
    );
    const changes = this.#changesOf(batches.map((batch) => batch.id));
    return batches.map((batch) => this.#viewOf(batch, changes));
  }

  /** Forgets old changes, and the rows that only they could bring back. Answers how many batches went. */
  prune(rules: MappingPruning): number {
    interface Size {
      readonly id: number;
      readonly model_id: string;
      readonly changed_at: number;
      readonly changes: number;
    }
    const sizes = this.#database.all(CompiledQuery.raw(batchSizesSql) as CompiledQuery<Size>);
    const old = [...Map.groupBy(sizes, (size) => size.model_id).values()].flatMap((batches) => {
      let changes = 0;
      return batches.filter((batch, i) => {
        changes += batch.changes;
        const isOld = rules.beforeMs !== undefined && batch.changed_at < rules.beforeMs;
        return i >= rules.keepBatches && (isOld || changes > rules.maxChanges);
      });
    });
    if (old.length === 0) return 0;
    this.#database.transaction({ cause: "mapping" }, () => {
      for (const { id } of old) {
        this.#database.run(coachiqSql.deleteFrom("coach_mapping_history").where("batch_id", "=", id).compile());
        this.#database.run(coachiqSql.deleteFrom("coach_mapping_batches").where("id", "=", id).compile());
      }
      this.#run(unusedRowsSql);
    });
    return old.length;
  }

  #run(sql: string, ...parameters: unknown[]): void {
    this.#database.run(CompiledQuery.raw(sql, parameters));
  }

  #get<R>(sql: string, ...parameters: unknown[]): R | undefined {
    return this.#database.get(CompiledQuery.raw(sql, parameters) as CompiledQuery<R>);
  }

  #batch(id: number): BatchRow | undefined {
    return this.#database.get(
      coachiqSql.selectFrom("coach_mapping_batches").selectAll().where("id", "=", id).compile(),
    );
  }

  #viewOf(batch: BatchRow, changes: ReadonlyMap<number, readonly HistoryRow[]>): MappingBatchView {
    return {
      id: batch.id,
      modelId: batch.model_id,
      reason: batch.reason,
      actor: batch.changed_by,
      changedAtMs: batch.changed_at,
      undoneAtMs: batch.undone_at ?? undefined,
      obstacle: this.#obstacle(batch),
      changes: (changes.get(batch.id) ?? []).map((row) => ({
        path: row.path,
        before: side(row.old_value, row.old_source),
        after: side(row.new_value, row.new_source),
      })),
    };
  }

  #insertBatch(batch: Pick<MappingBatch, "modelId" | "reason" | "actor">, more: {
    readonly nowMs: number;
    readonly statusBefore?: string;
    readonly undoes?: number;
  }): number {
    const row = this.#database.get(
      coachiqSql.insertInto("coach_mapping_batches").values({
        model_id: batch.modelId,
        reason: batch.reason,
        changed_at: more.nowMs,
        changed_by: batch.actor,
        undone_at: null,
        undoes_id: more.undoes ?? null,
        model_hash: this.#imports.status(batch.modelId)?.hash ?? null,
        status_before: more.statusBefore ?? null,
      }).returning("id").compile(),
    );
    return Number(row?.id);
  }

  #change(
    change: MappingChange,
    context: { readonly batch: MappingBatch; readonly id: number; readonly nowMs: number },
  ): void {
    const { batch: { modelId, actor }, id, nowMs } = context;
    const { path, set } = change;
    const before = this.#get<ActiveRow>(oneActiveSql, modelId, path);
    const json = set === undefined || set.value === undefined ? null : JSON.stringify(set.value);
    if (before?.source === set?.source && (before?.value ?? null) === json) return;
    if (before) this.#run(setActiveSql, 0, before.id);
    const after = set && this.#get<{ readonly id: number }>(insertSql, modelId, path, json, set.source, nowMs, actor);
    this.#note(id, {
      path,
      old_value: before?.value ?? null,
      old_source: before?.source ?? null,
      new_value: json,
      new_source: set?.source ?? null,
      old_mapping_id: before?.id ?? null,
      new_mapping_id: after?.id ?? null,
    });
  }

  /** What a change brought goes, what was there before comes. */
  #takeBack(row: HistoryRow, id: number): void {
    if (row.new_mapping_id !== null) this.#run(setActiveSql, 0, row.new_mapping_id);
    if (row.old_mapping_id !== null) this.#run(setActiveSql, 1, row.old_mapping_id);
    this.#note(id, {
      path: row.path,
      old_value: row.new_value,
      old_source: row.new_source,
      new_value: row.old_value,
      new_source: row.old_source,
      old_mapping_id: row.new_mapping_id,
      new_mapping_id: row.old_mapping_id,
    });
  }

  #note(batchId: number, row: HistoryRow): void {
    const { path, old_value, old_source, new_value, new_source, old_mapping_id, new_mapping_id } = row;
    this.#run(noteSql, batchId, path, old_value, old_source, new_value, new_source, old_mapping_id, new_mapping_id);
  }

  #setUndone(batchId: number, atMs: number | null): void {
    this.#database.run(
      coachiqSql.updateTable("coach_mapping_batches").set({ undone_at: atMs }).where("id", "=", batchId).compile(),
    );
  }

  /** Why a batch cannot be taken back; undefined: it can. */
  #obstacle(batch: BatchRow): string | undefined {
    if (batch.undone_at !== null) return "it was undone already";
    if (batch.status_before === "null") return "it is the first import of this model, before it there was nothing";
    if (batch.model_hash !== (this.#imports.status(batch.model_id)?.hash ?? null)) {
      return "another version of the model has come since";
    }
    const stray = this.#get<{ readonly path: string; readonly unknown: number }>(
      strayPathSql,
      batch.id,
      batch.model_id,
    );
    if (!stray) return undefined;
    return stray.unknown === 1
      ? `what "${stray.path}" was before is not kept any more`
      : `"${stray.path}" was changed again since`;
  }

  #statusText(modelId: string): string {
    return JSON.stringify(this.#imports.status(modelId) ?? null);
  }

  #changesOf(batchIds: readonly number[]): ReadonlyMap<number, readonly HistoryRow[]> {
    const rows = batchIds.length === 0 ? [] : this.#database.all(
      coachiqSql.selectFrom("coach_mapping_history").selectAll().where("batch_id", "in", batchIds).orderBy("id")
        .compile(),
    );
    return Map.groupBy(rows, (row) => row.batch_id);
  }

  #now(): number {
    return Math.round(this.#clock.wallMs());
  }
}

function side(value: string | null, source: MappingSource | null): MappedValue | undefined {
  return source === null ? undefined : { value: parsed(value), source };
}

function parsed(json: string | null): unknown {
  return json === null ? undefined : JSON.parse(json);
}
