import type { Clock } from "../base/mod.ts";
import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** A coach model as it was shipped once. */
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

/** The models that were imported: what a later version is compared with. */
export class CoachImports {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
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

  /** A version that was imported once, by its hash. */
  shipped(modelId: string, hash: string): ShippedModel | undefined {
    const row = this.#database.get(
      coachiqSql.selectFrom("model_history").selectAll().where("model_id", "=", modelId).where("hash", "=", hash)
        .compile(),
    );
    return row && { modelId, version: row.version, hash, content: JSON.parse(row.content) };
  }

  /** Notes that a version is in use, in one transaction with `also`, such as the change of mappings it brings. */
  imported<T>(model: ShippedModel, options: { readonly actor: string; readonly also: () => T }): T {
    const { modelId, version, hash } = model;
    const now = Math.round(this.#clock.wallMs());
    const status = { version, hash, imported_at: now, imported_by: options.actor };
    return this.#database.transaction({ cause: "mapping", durable: true }, () => {
      this.#database.run(
        coachiqSql.insertInto("model_history")
          .values({ model_id: modelId, version, hash, content: JSON.stringify(model.content), first_seen_at: now })
          .onConflict((conflict) => conflict.columns(["model_id", "hash"]).doNothing()).compile(),
      );
      this.#database.run(
        coachiqSql.insertInto("coach_import_status").values({ model_id: modelId, ...status })
          .onConflict((conflict) => conflict.column("model_id").doUpdateSet(status)).compile(),
      );
      return options.also();
    });
  }
}
