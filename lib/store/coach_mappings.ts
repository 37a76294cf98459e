import type { Clock } from "../base/mod.ts";
import type { Database } from "./database.ts";
import { StoreError } from "./store_error.ts";
import { coachiqSql, type MappingSource } from "./tables.ts";

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
  readonly changes: readonly MappingChange[];
}

/** One batch as history shows it. */
export interface MappingBatchView {
  readonly id: number;
  readonly reason: string;
  readonly actor: string;
  readonly changedAtMs: number;
  /** Undefined: not undone. */
  readonly undoneAtMs: number | undefined;
  readonly changes: readonly {
    readonly path: string;
    readonly before: { readonly value: unknown; readonly source: MappingSource } | undefined;
    readonly after: { readonly value: unknown; readonly source: MappingSource } | undefined;
  }[];
}

interface ActiveRow {
  readonly id: number;
  readonly value: string | null;
  readonly source: MappingSource;
}

/** Which value is valid at which path, with the history of every change. */
export class CoachMappings {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** What is valid now, by path. */
  active(modelId: string): readonly Mapping[] {
    return this.#database.all(
      coachiqSql.selectFrom("coach_mappings").selectAll()
        .where("model_id", "=", modelId).where("is_active", "=", 1).orderBy("path").compile(),
    ).map((row) => ({
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
    return this.#database.transaction({ cause: "mapping", durable: true }, () => {
      const id = this.#insertBatch(batch);
      for (const change of batch.changes) this.#change(change, { batch, id });
      return id;
    });
  }

  /**
   * Takes a batch back, as a batch of its own.
   *
   * @throws {StoreError} when there is no such batch, it was undone before, or one of its paths was changed since.
   */
  undo(batchId: number, actor: string): number {
    const what = `undo the change of mappings "${batchId}"`;
    return this.#database.transaction({ cause: "mapping", durable: true }, () => {
      const batch = this.#database.get(
        coachiqSql.selectFrom("coach_mapping_batches").selectAll().where("id", "=", batchId).compile(),
      );
      if (!batch) throw new StoreError("failed", `Cannot ${what}: there is no such change`);
      if (batch.undone_at !== null) throw new StoreError("failed", `Cannot ${what}: it was undone already`);
      const later = this.#changedSince(batchId, batch.model_id);
      if (later !== undefined) throw new StoreError("failed", `Cannot ${what}: "${later}" was changed again since`);
      const changes = this.#changesOf([batchId]).get(batchId) ?? [];
      this.#database.run(
        coachiqSql.updateTable("coach_mapping_batches").set({ undone_at: this.#now() }).where("id", "=", batchId)
          .compile(),
      );
      return this.apply({
        modelId: batch.model_id,
        reason: `undo of "${batch.reason}"`,
        actor,
        changes: changes.map(({ path, before }) => before ? { path, set: before } : { path }),
      });
    });
  }

  /** The last batches, newest first. */
  history(modelId: string, options: { readonly limit?: number } = {}): readonly MappingBatchView[] {
    const batches = this.#database.all(
      coachiqSql.selectFrom("coach_mapping_batches").selectAll().where("model_id", "=", modelId)
        .orderBy("id", "desc").limit(options.limit ?? 50).compile(),
    );
    const changes = this.#changesOf(batches.map((batch) => batch.id));
    return batches.map((batch) => ({
      id: batch.id,
      reason: batch.reason,
      actor: batch.changed_by,
      changedAtMs: batch.changed_at,
      undoneAtMs: batch.undone_at ?? undefined,
      changes: changes.get(batch.id) ?? [],
    }));
  }

  #insertBatch(batch: MappingBatch): number {
    const row = this.#database.get(
      coachiqSql.insertInto("coach_mapping_batches").values({
        model_id: batch.modelId,
        reason: batch.reason,
        changed_at: this.#now(),
        changed_by: batch.actor,
        undone_at: null,
      }).returning("id").compile(),
    );
    return Number(row?.id);
  }

  #change(change: MappingChange, context: { readonly batch: MappingBatch; readonly id: number }): void {
    const { batch, id } = context;
    const { path, set } = change;
    const before: ActiveRow | undefined = this.#database.get(
      coachiqSql.selectFrom("coach_mappings").select(["id", "value", "source"])
        .where("model_id", "=", batch.modelId).where("path", "=", path).where("is_active", "=", 1).compile(),
    );
    const json = set === undefined || set.value === undefined ? null : JSON.stringify(set.value);
    if (before?.source === set?.source && (before?.value ?? null) === json) return;
    if (before) {
      this.#database.run(
        coachiqSql.updateTable("coach_mappings").set({ is_active: 0 }).where("id", "=", before.id).compile(),
      );
    }
    if (set) {
      this.#database.run(
        coachiqSql.insertInto("coach_mappings").values({
          model_id: batch.modelId,
          path,
          value: json,
          source: set.source,
          is_active: 1,
          created_at: this.#now(),
          created_by: batch.actor,
        }).compile(),
      );
    }
    this.#database.run(
      coachiqSql.insertInto("coach_mapping_history").values({
        batch_id: id,
        path,
        old_value: before?.value ?? null,
        old_source: before?.source ?? null,
        new_value: json,
        new_source: set?.source ?? null,
      }).compile(),
    );
  }

  /** A path of the batch that a later batch changed, too; undefined: none. */
  #changedSince(batchId: number, modelId: string): string | undefined {
    return this.#database.get(
      coachiqSql.selectFrom("coach_mapping_history as later")
        .innerJoin("coach_mapping_batches as b", "b.id", "later.batch_id")
        .select("later.path")
        .where("b.model_id", "=", modelId)
        .where("later.batch_id", ">", batchId)
        .where(
          "later.path",
          "in",
          coachiqSql.selectFrom("coach_mapping_history as own").select("own.path").where("own.batch_id", "=", batchId),
        ).compile(),
    )?.path;
  }

  #changesOf(batchIds: readonly number[]): ReadonlyMap<number, MappingBatchView["changes"]> {
    const rows = batchIds.length === 0 ? [] : this.#database.all(
      coachiqSql.selectFrom("coach_mapping_history").selectAll().where("batch_id", "in", batchIds).orderBy("id")
        .compile(),
    );
    const byBatch = Map.groupBy(rows, (row) => row.batch_id);
    return new Map([...byBatch].map(([id, list]) => [
      id,
      list.map((row) => ({
        path: row.path,
        before: side(row.old_value, row.old_source),
        after: side(row.new_value, row.new_source),
      })),
    ]));
  }

  #now(): number {
    return Math.round(this.#clock.wallMs());
  }
}

function side(value: string | null, source: MappingSource | null) {
  return source === null ? undefined : { value: parsed(value), source };
}

function parsed(json: string | null): unknown {
  return json === null ? undefined : JSON.parse(json);
}
