import type { Database } from "./database.ts";
import { coachiqSql } from "./tables.ts";

/** What kind of thing was done. */
export type AuditAction = "command" | "edit" | "update" | "configuration" | "signIn" | "account" | "system";

/** One thing that somebody did. */
export interface AuditEntry {
  /** Wall-clock ms. */
  readonly atMs: number;
  /** Account, token or program. */
  readonly actor: string;
  /** Network address; empty: this machine itself. */
  readonly address: string;
  readonly action: AuditAction;
  /** For people, e.g. `bedroom_ceiling: turnOn`. Never a secret. */
  readonly what: string;
  readonly outcome: "done" | "refused" | "failed";
  /** Why not, for people. */
  readonly reasons: readonly string[];
}

/** Entries kept: a year of a busy coach. */
const keptEntries = 20_000;
/** Longest text of an entry, characters. */
const longestText = 500;

/** Who did what, from where, and what became of it. */
export class AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes entries in one transaction; the oldest give way. */
  add(entries: readonly AuditEntry[]): void {
    const database = this.#database;
    database.transaction({ cause: "records" }, () => {
      for (const entry of entries) {
        database.run(
          coachiqSql.insertInto("audit_log").values({
            at: Math.round(entry.atMs),
            actor: entry.actor.slice(0, longestText),
            address: entry.address.slice(0, longestText),
            action: entry.action,
            what: entry.what.slice(0, longestText),
            outcome: entry.outcome,
            reasons: JSON.stringify(entry.reasons.map((reason) => reason.slice(0, longestText)).slice(0, 20)),
          }).compile(),
        );
      }
      database.run(
        coachiqSql.deleteFrom("audit_log")
          .where(
            "id",
            "<=",
            (of) => of.selectFrom("audit_log").select((row) => row(row.fn.max("id"), "-", keptEntries).as("oldest")),
          )
          .compile(),
      );
    });
  }

  /** Newest first; `before`: only those with a smaller number, for the next page. */
  list(options: { readonly limit: number; readonly before?: number; readonly action?: AuditAction }) {
    const { limit, before, action } = options;
    let query = coachiqSql.selectFrom("audit_log").selectAll().orderBy("id", "desc").limit(limit);
    if (before !== undefined) query = query.where("id", "<", before);
    if (action !== undefined) query = query.where("action", "=", action);
    return this.#database.all(query.compile()).map((row): AuditEntry & { readonly id: number } => ({
      id: row.id,
      atMs: row.at,
      actor: row.actor,
      address: row.address,
      action: row.action,
      what: row.what,
      outcome: row.outcome,
      reasons: JSON.parse(row.reasons),
    }));
  }
}
