import type { AccountRow, AccountRows, AccountTable, RowCondition } from "../../core/mod.ts";
import { hashOf } from "./secret_text.ts";

type Row = Record<string, unknown>;
interface Where {
  readonly field: string;
  readonly operator?: string | undefined;
  readonly connector?: string | undefined;
  readonly value: unknown;
}

/** better-auth's adapter. The token of a session goes in and out as its hash. */
export function adapterOver(rows: AccountRows) {
  return {
    create<T extends Row>({ model, data }: { model: string; data: T }): Promise<T> {
      rows.insert(model as AccountTable, rowOf(data));
      return Promise.resolve(data);
    },
    findOne: <T>({ model, where }: { model: string; where: Where[] }): Promise<T | null> => {
      const [row] = rows.find(model as AccountTable, conditionsOf(where), 1);
      return Promise.resolve(row === undefined ? null : dataOf(row) as T);
    },
    findMany: <T>(query: { model: string; where?: Where[] | undefined; limit: number }): Promise<T[]> => {
      const found = rows.find(query.model as AccountTable, conditionsOf(query.where ?? []), query.limit);
      return Promise.resolve(found.map(dataOf) as T[]);
    },
    count: ({ model, where }: { model: string; where?: Where[] | undefined }) =>
      Promise.resolve(rows.count(model as AccountTable, conditionsOf(where ?? []))),
    update<T>({ model, where, update }: { model: string; where: Where[]; update: T }): Promise<T | null> {
      const conditions = conditionsOf(where);
      if (rows.update(model as AccountTable, conditions, rowOf(update as Row)) === 0) return Promise.resolve(null);
      const [row] = rows.find(model as AccountTable, conditions, 1);
      return Promise.resolve(row === undefined ? null : dataOf(row) as T);
    },
    updateMany: ({ model, where, update }: { model: string; where: Where[]; update: Row }) =>
      Promise.resolve(rows.update(model as AccountTable, conditionsOf(where), rowOf(update))),
    delete({ model, where }: { model: string; where: Where[] }): Promise<void> {
      rows.delete(model as AccountTable, conditionsOf(where));
      return Promise.resolve();
    },
    deleteMany: ({ model, where }: { model: string; where: Where[] }) =>
      Promise.resolve(rows.delete(model as AccountTable, conditionsOf(where))),
    // Nothing gets in between of these two steps: the database is synchronous.
    consumeOne<T>({ model, where }: { model: string; where: Where[] }): Promise<T | null> {
      const [row] = rows.find(model as AccountTable, conditionsOf(where), 1);
      if (row === undefined) return Promise.resolve(null);
      rows.delete(model as AccountTable, [{ column: "id", operator: "eq", value: row["id"] ?? null }]);
      return Promise.resolve(dataOf(row) as T);
    },
    incrementOne<T>({ model, where, increment, set = {} }: {
      model: string;
      where: Where[];
      increment: Record<string, number>;
      set?: Row | undefined;
    }): Promise<T | null> {
      const [row] = rows.find(model as AccountTable, conditionsOf(where), 1);
      if (row === undefined) return Promise.resolve(null);
      const sums = Object.entries(increment).map(([column, by]) => [column, Number(row[column]) + by] as const);
      const changes = { ...rowOf(set), ...Object.fromEntries(sums) };
      rows.update(model as AccountTable, [{ column: "id", operator: "eq", value: row["id"] ?? null }], changes);
      return Promise.resolve(dataOf({ ...row, ...changes }) as T);
    },
  };
}

function conditionsOf(where: readonly Where[]): readonly RowCondition[] {
  return where.map(({ field, operator = "eq", connector = "AND", value }) => {
    if (connector === "OR" || !isOperator(operator)) {
      throw new Error(
        `Cannot ask for accounts: "${connector} ${operator}" is no condition, expected AND with eq or in`,
      );
    }
    const kept = Array.isArray(value) ? value.map((one) => valueOf(field, one)) : valueOf(field, value);
    return { column: field, operator, value: kept };
  });
}

function isOperator(text: string): text is RowCondition["operator"] {
  return ["eq", "ne", "lt", "lte", "gt", "gte", "in"].includes(text);
}

function rowOf(data: Row): AccountRow {
  return Object.fromEntries(Object.entries(data).map(([column, value]) => [column, valueOf(column, value)]));
}

function valueOf(column: string, value: unknown): string | number | null {
  if (column === "token_hash" && typeof value === "string") return hashOf(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value === "boolean") return value ? 1 : 0;
  return value === undefined || value === null ? null : value as string | number;
}

function dataOf(row: AccountRow): Row {
  return Object.fromEntries(
    Object.entries(row).map((
      [column, value],
    ) => [column, column.endsWith("_at") && typeof value === "number" ? new Date(value) : value]),
  );
}
