import type { SQLInputValue } from "node:sqlite";
import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import type { AccountTables } from "./account_tables.ts";
import { coachiqSql } from "./tables.ts";

/** One condition on a column; several must all hold. */
export interface RowCondition {
  readonly column: string;
  readonly operator: "eq" | "ne" | "lt" | "lte" | "gt" | "gte" | "in";
  readonly value: SQLInputValue | readonly SQLInputValue[];
}

export type AccountTable = keyof AccountTables;
export type AccountRow = Readonly<Record<string, SQLInputValue>>;

const operators = { eq: "IS", ne: "IS NOT", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/** Rows of the tables that better-auth works on, as it asks for them: by conditions on columns. */
export class AccountRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(table: AccountTable, row: AccountRow): void {
    const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
    const values = sql.join(Object.values(row));
    this.#write(sql`INSERT INTO ${sql.table(table)} (${columns}) VALUES (${values})`);
  }

  find(table: AccountTable, conditions: readonly RowCondition[], limit = 100): readonly AccountRow[] {
    const query = sql<AccountRow>`SELECT * FROM ${sql.table(table)} ${where(conditions)} LIMIT ${limit}`;
    return this.#database.all(query.compile(coachiqSql));
  }

  count(table: AccountTable, conditions: readonly RowCondition[]): number {
    const query = sql<{ rows: number }>`SELECT count(*) AS rows FROM ${sql.table(table)} ${where(conditions)}`;
    return this.#database.get(query.compile(coachiqSql))?.rows ?? 0;
  }

  /** Answers how many rows changed. */
  update(table: AccountTable, conditions: readonly RowCondition[], changes: AccountRow): number {
    const assignments = Object.entries(changes).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
    return this.#write(sql`UPDATE ${sql.table(table)} SET ${sql.join(assignments)} ${where(conditions)}`);
  }

  /** Answers how many rows are gone. */
  delete(table: AccountTable, conditions: readonly RowCondition[]): number {
    return this.#write(sql`DELETE FROM ${sql.table(table)} ${where(conditions)}`);
  }

  #write(query: RawBuilder<unknown>): number {
    return this.#database.transaction(
      { cause: "records", durable: true },
      () => this.#database.run(query.compile(coachiqSql)),
    );
  }
}

function where(conditions: readonly RowCondition[]): RawBuilder<unknown> {
  if (conditions.length === 0) return sql``;
  const parts = conditions.map(({ column, operator, value }) => {
    if (operator === "in") return sql`${sql.ref(column)} IN (${sql.join(value as readonly SQLInputValue[])})`;
    return sql`${sql.ref(column)} ${sql.raw(operators[operator])} ${value}`;
  });
  return sql`WHERE ${sql.join(parts, sql` AND `)}`;
}
