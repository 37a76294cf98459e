import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { DummyDriver, Kysely, SqliteAdapter, SqliteDialect, SqliteIntrospector, SqliteQueryCompiler } from "kysely";

/** The adapter says what is true of SQLite: a failed migration takes its tables with it. */
class NodeSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): NodeSqliteAdapter {
    return new NodeSqliteAdapter();
  }
}

/**
 * Kysely over a `node:sqlite` connection, for the migrations. Kysely asks each statement whether it is a `reader`, and
 * node:sqlite has no such property: without it every SELECT would silently return no rows.
 */
export function kyselyOver(connection: DatabaseSync): Kysely<unknown> {
  return new Kysely<unknown>({
    dialect: new NodeSqliteDialect({
      database: {
        close: () => {},
        prepare(sql) {
          const statement = connection.prepare(sql);
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...parameters as SQLInputValue[]),
            run: (parameters) => statement.run(...parameters as SQLInputValue[]),
            iterate: (parameters) => statement.iterate(...parameters as SQLInputValue[]),
          };
        },
      },
    }),
  });
}

/** Kysely as a writer of typed queries that run elsewhere ({@link Database}). */
export function queryWriter<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new NodeSqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
