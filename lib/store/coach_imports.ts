import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** A coach model as it was shipped, or uploaded, once. */
export interface ShippedModel {
  readonly modelId: string;
  readonly version: number;
  /** Of the content. */
  readonly hash: string;
  /** JSON value. */
  readonly content: unknown;
}

/** Which version of a model the coach runs with. */
export interface ImportStatus {
  readonly modelId: string;
  readonly version: number;
  readonly hash: string;
  readonly importedAtMs: number;
  readonly importedBy: string;
}

/** The models that were imported: what a later version is compared with. Changed with the mappings they bring. */
export class CoachImports {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  status(modelId: string): ImportStatus | undefined {
    const row = this.#database.get(
      coachiqSql.selectFrom("coach_import_status").selectAll().where("model_id", "=", modelId).compile(),
    );
    return row && {
      modelId: row.model_id,
      version: row.version,
      hash: row.hash,
      importedAtMs: row.imported_at,
      importedBy: row.imported_by,
    };
  }

  /** Of every model that was imported. */
  all(): readonly ImportStatus[] {
    return this.#database.all(coachiqSql.selectFrom("coach_import_status").select("model_id").compile())
      .map(({ model_id }) => this.status(model_id)).filter((status) => status !== undefined);
  }

  /** A version that was kept once, by its hash. */
  shipped(modelId: string, hash: string): ShippedModel | undefined {
    const row = this.#database.get(
      coachiqSql.selectFrom("model_history").selectAll().where("model_id", "=", modelId).where("hash", "=", hash)
        .compile(),
    );
    return row && { modelId, version: row.version, hash, content: JSON.parse(row.content) };
  }

  /** Keeps a version for later. */
  keep(model: ShippedModel, atMs: number): void {
    const { modelId, version, hash } = model;
    const content = JSON.stringify(model.content);
    this.#database.transaction({ cause: "mapping", durable: true }, () => {
      this.#database.run(
        coachiqSql.insertInto("model_history")
          .values({ model_id: modelId, version, hash, content, first_seen_at: Math.round(atMs) })
          .onConflict((conflict) => conflict.columns(["model_id", "hash"]).doNothing()).compile(),
      );
    });
  }

  /** Notes that a version that is kept is in use; undefined: none is any more. */
  use(modelId: string, status: Omit<ImportStatus, "modelId"> | undefined): void {
    this.#database.transaction({ cause: "mapping", durable: true }, () => {
      if (!status) {
        this.#database.run(coachiqSql.deleteFrom("coach_import_status").where("model_id", "=", modelId).compile());
        return;
      }
      const { version, hash, importedAtMs, importedBy } = status;
      const row = { version, hash, imported_at: Math.round(importedAtMs), imported_by: importedBy };
      this.#database.run(
        coachiqSql.insertInto("coach_import_status").values({ model_id: modelId, ...row })
          .onConflict((conflict) => conflict.column("model_id").doUpdateSet(row)).compile(),
      );
    });
  }
}
