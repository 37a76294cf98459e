import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { failureOf, migrations, temporaryFolder } from "../../tests/suites/store_fixture.ts";
import { checkFolder, lookAtFile, type Machine, thisMachine } from "./data_place.ts";
import { Database } from "./database.ts";
import { Durations } from "./durations.ts";
import { createInPlace, setAside } from "./history_file.ts";
import { inspectDatabase } from "./inspect.ts";
import { kyselyOver } from "./kysely_dialect.ts";
import { createDatabaseFile, migrate } from "./migrate.ts";
import { addRunToFile } from "./records.ts";
import { schemaStateOf } from "./schema.ts";
import {
  copyDatabase,
  foldLog,
  integrityProblems,
  openSuspect,
  openToInspect,
  removeDatabase,
  rowCounts,
} from "./sqlite_file.ts";
import { applyPragmas, pragmasOf } from "./storage_profile.ts";
import { StoreError, storeErrorOf } from "./store_error.ts";
import { writeStatesToFile } from "./entity_states.ts";
import { coachiqSql } from "./tables.ts";

Deno.test("Database.open() has what each storage profile asks for, as SQLite answers", async () => {
  await using folder = await temporaryFolder();
  for (const profile of ["ssd", "custom", "development", "sdcard"] as const) {
    const database = new Database({ path: `${folder.path}/${profile}.db`, profile });
    database.open();
    database.open();
    for (const { name, answer } of pragmasOf(profile)) {
      const row = database.connection.prepare(`PRAGMA ${name}`).get() ?? {};
      assert.equal(Object.values(row)[0], answer, `${profile} ${name}`);
    }
    database.connection.exec("CREATE TABLE t (a)");
    database.transaction({ cause: "settings", durable: true }, () => {
      database.connection.exec("INSERT INTO t VALUES (1)");
    });
    const synchronous = database.connection.prepare("PRAGMA synchronous").get()?.["synchronous"];
    assert.equal(synchronous, profile === "sdcard" ? 0 : 1);
    assert.equal(database.meter.take().has("settings"), profile !== "sdcard");
    database.checkpoint();
    database.close();
  }
});

Deno.test("applyPragmas() refuses a connection for which SQLite answers something else", async () => {
  const connection = new DatabaseSync(":memory:");
  const refused = await failureOf(() => applyPragmas(connection, { profile: "ssd", path: ":memory:" }));
  assert.match(refused.message, /SQLite answers journal_mode "memory", expected "wal" for the storage profile "ssd"/);
  connection.close();
});

Deno.test("Database.transaction() takes everything back when the work throws, and nests", async () => {
  await using folder = await temporaryFolder();
  const database = new Database({ path: `${folder.path}/a.db`, profile: "ssd" });
  database.open();
  database.connection.exec("CREATE TABLE user_settings (key TEXT, value TEXT, updated_at INTEGER)");
  const insert = (key: string) =>
    database.run(coachiqSql.insertInto("user_settings").values({ key, value: "1", updated_at: 1 }).compile());
  assert.throws(() =>
    database.transaction({ cause: "settings" }, () => {
      insert("a");
      database.transaction({ cause: "settings" }, () => insert("b"));
      throw new Error("no");
    }), /^Error: no$/);
  const count = coachiqSql.selectFrom("user_settings").select((e) => e.fn.countAll<number>().as("n")).compile();
  assert.equal(database.get(count)?.n, 0);
  assert.equal(database.transaction({ cause: "settings" }, () => insert("a")), 1);
  assert.equal(database.get(count)?.n, 1);
  for (let i = 0; i < 300; i++) database.statement(`SELECT ${i}`).get();
  const wrong = await failureOf(() => database.get(coachiqSql.selectFrom("backups").selectAll().compile()));
  assert.match(wrong.message, /Cannot use database .*no such table: backups/);
  database.close();
  const reader = new Database({ path: `${folder.path}/a.db`, profile: "ssd", readOnly: true });
  reader.open();
  assert.equal(reader.get(count)?.n, 1);
  reader.close();
  assert.equal((await failureOf(() => reader.connection)).kind, "closed");
});

Deno.test("storeErrorOf() gives each failure of SQLite and of the file system its class", () => {
  const sqlite = (errcode: number) => Object.assign(new Error("x"), { errcode });
  const cases: readonly [unknown, string][] = [
    [sqlite(13), "diskFull"],
    [sqlite(8), "notWritable"],
    [sqlite(1032), "notWritable"],
    [sqlite(11), "corrupt"],
    [sqlite(26), "notADatabase"],
    [sqlite(5), "busy"],
    [sqlite(6), "busy"],
    [sqlite(14), "notWritable"],
    [sqlite(1), "failed"],
    [new Error("database or disk is full"), "diskFull"],
    [new Error("No space left on device (os error 28)"), "diskFull"],
    [new Error("Read-only file system (os error 30)"), "notWritable"],
    [new Error("unable to open database file: /x"), "notWritable"],
    [new Deno.errors.NotFound("x"), "noFolder"],
    [new Deno.errors.PermissionDenied("x"), "notWritable"],
    ["text", "failed"],
  ];
  for (const [error, kind] of cases) {
    const wrapped = storeErrorOf(error, "do it");
    assert.equal(wrapped.kind, kind, String(error));
    assert.match(wrapped.message, /^Cannot do it: /);
    assert.equal(wrapped.cause, error);
    assert.ok(wrapped.todo.length > 10);
  }
  const own = new StoreError("paused", "x");
  assert.equal(storeErrorOf(own, "do it"), own);
});

Deno.test("checkFolder() tells a missing folder, a file, another's folder, a read-only and a full disk apart", async () => {
  await using folder = await temporaryFolder();
  await checkFolder(folder.path);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  await Deno.writeTextFile(`${folder.path}/file`, "");
  assert.equal((await failureOf(() => checkFolder(`${folder.path}/none`))).kind, "noFolder");
  assert.match((await failureOf(() => checkFolder(`${folder.path}/file`))).message, /it is a file, expected a folder/);
  const machine = (error: Error, uid: number | null): Machine => ({
    ...thisMachine,
    uid: () => 1000,
    stat: () => Promise.resolve({ isDirectory: true, uid }),
    tryWrite: () => Promise.reject(error),
  });
  const denied = new Deno.errors.PermissionDenied("Permission denied (os error 13)");
  const kinds = async (error: Error, uid: number | null) =>
    (await failureOf(() => checkFolder(folder.path, machine(error, uid)))).kind;
  assert.equal(await kinds(denied, 0), "wrongOwner");
  assert.equal(await kinds(denied, 1000), "notWritable");
  assert.equal(await kinds(denied, null), "notWritable");
  assert.equal(await kinds(new Error("Read-only file system (os error 30)"), 1000), "notWritable");
  assert.equal(await kinds(new Error("No space left on device (os error 28)"), 1000), "diskFull");
});

Deno.test("lookAtFile() tells missing, empty and SQLite files apart, and whose file it cannot read", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a`;
  assert.equal(await lookAtFile(path), "missing");
  await Deno.writeTextFile(path, "");
  assert.equal(await lookAtFile(path), "empty");
  await Deno.writeTextFile(path, "SQLite format 3\0 and more");
  assert.equal(await lookAtFile(path), "sqlite");
  await Deno.writeTextFile(path, "SQLite format 2\0 and more");
  assert.equal((await failureOf(() => lookAtFile(path))).kind, "notADatabase");
  const asUid = (uid: number | null): Machine => ({
    ...thisMachine,
    uid: () => 1000,
    stat: () => Promise.resolve({ isDirectory: false, uid }),
  });
  const unreadable = `${path}/below-a-file`;
  assert.equal((await failureOf(() => lookAtFile(unreadable, asUid(0)))).kind, "wrongOwner");
  assert.equal((await failureOf(() => lookAtFile(unreadable, asUid(1000)))).kind, "failed");
});

Deno.test("migrate() stops at an unknown step, a newer file, a foreign file, and when aborted", async () => {
  const list = migrations.coachiq;
  const fresh = () => new DatabaseSync(":memory:");
  const unknown = await failureOf(() => migrate(fresh(), { migrations: list, to: "0099_x" }));
  assert.match(unknown.message, /there is no such step, expected one of 0001_settings/);
  const connection = fresh();
  const seen: string[] = [];
  await migrate(connection, {
    migrations: list,
    to: "0002_entity_states",
    onStep: ({ migration }) => void seen.push(migration.name),
  });
  assert.deepEqual(seen, ["0001_settings", "0002_entity_states"]);
  assert.equal(schemaStateOf(connection, list).kind, "older");
  assert.equal((await failureOf(() => migrate(connection, { migrations: list.slice(0, 1) }))).kind, "newerSchema");
  await assert.rejects(migrate(connection, { migrations: list, signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.deepEqual(await migrate(connection, { migrations: list }), list.slice(2).map(({ name }) => name));
  assert.deepEqual(await migrate(connection, { migrations: list }), []);
  const foreign = fresh();
  foreign.exec("CREATE TABLE x (a)");
  assert.equal((await failureOf(() => migrate(foreign, { migrations: list }))).kind, "notADatabase");
});

Deno.test("migrate() leaves nothing of a step that fails half-way: tables are transactional", async () => {
  const connection = new DatabaseSync(":memory:");
  const { sql } = await import("kysely");
  const list = [{
    name: "0001_half",
    description: "",
    up: async (db: Parameters<typeof migrations.coachiq[0]["up"]>[0]) => {
      await sql`CREATE TABLE half (a)`.execute(db);
      throw new Error("boom");
    },
    verify: () => Promise.resolve([]),
  }];
  assert.match((await failureOf(() => migrate(connection, { migrations: list }))).message, /"0001_half": boom/);
  assert.equal(connection.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'").get()?.["n"], 0);
});

Deno.test("Each migration's verification finds a schema that lacks what it made", async () => {
  let looked = 0;
  for (const migration of [...migrations.coachiq, ...migrations.history]) {
    const connection = new DatabaseSync(":memory:");
    connection.exec("CREATE TABLE coach_mapping_history (id INTEGER, batch_id INTEGER)");
    connection.exec("INSERT INTO coach_mapping_history VALUES (1, 1)");
    connection.exec("CREATE TABLE coach_mapping_batches (id INTEGER)");
    assert.notDeepEqual(await migration.verify(kyselyOver(connection)), [], migration.name);
    looked++;
  }
  assert.equal(looked, migrations.coachiq.length + migrations.history.length);
});

Deno.test("kyselyOver() returns the rows of a SELECT, streams, and counts changes", async () => {
  const connection = new DatabaseSync(":memory:");
  const db = kyselyOver(connection);
  const { sql } = await import("kysely");
  await sql`CREATE TABLE t (a)`.execute(db);
  const inserted = await sql`INSERT INTO t VALUES (1), (2)`.execute(db);
  assert.equal(inserted.numAffectedRows, 2n);
  assert.deepEqual((await sql`SELECT a FROM t`.execute(db)).rows.map((row) => ({ ...row as object })), [{ a: 1 }, {
    a: 2,
  }]);
  const streamed: unknown[] = [];
  for await (const row of db.withTables<{ t: { a: number } }>().selectFrom("t").selectAll().stream()) {
    streamed.push(row);
  }
  assert.equal(streamed.length, 2);
  await db.destroy();
  assert.equal(connection.isOpen, true);
});

Deno.test("copyDatabase() copies one instant while others write, as one file, and removes what it cannot finish", async () => {
  await using folder = await temporaryFolder();
  const from = `${folder.path}/a.db`;
  const database = new Database({ path: from, profile: "ssd" });
  database.open();
  database.connection.exec("CREATE TABLE t (a)");
  for (let i = 0; i < 3000; i++) database.statement("INSERT INTO t VALUES (?)").run("x".repeat(1000));
  const to = `${folder.path}/b.db`;
  let steps = 0;
  await copyDatabase({ from, to }, {
    onProgress() {
      steps++;
      database.connection.exec("INSERT INTO t VALUES ('meanwhile')");
    },
  });
  assert.ok(steps > 1);
  const copy = openSuspect(to);
  assert.deepEqual(rowCounts(copy), { t: 3000 });
  assert.deepEqual(integrityProblems(copy), []);
  copy.close();
  const failed = await failureOf(() =>
    copyDatabase({ from, to: `${folder.path}/c.db` }, {
      onProgress() {
        throw new Error("No space left on device (os error 28)");
      },
    })
  );
  assert.equal(failed.kind, "diskFull");
  database.close();
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), ["a.db", "b.db"]);
});

Deno.test("foldLog() removes the log, and refuses while another connection has the database open", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.db`;
  const database = new Database({ path, profile: "ssd" });
  database.open();
  database.connection.exec("CREATE TABLE t (a)");
  const other = new DatabaseSync(path);
  other.prepare("SELECT * FROM t").all();
  const refused = await failureOf(() => foldLog(database.connection, path));
  assert.equal(refused.kind, "busy");
  other.close();
  foldLog(database.connection, path);
  database.close();
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["a.db"]);
  const memory = new DatabaseSync(":memory:");
  assert.match((await failureOf(() => foldLog(memory, path))).message, /SQLite kept the journal "memory"/);
});

Deno.test("integrityProblems() names broken pages and rows that refer to nothing", async () => {
  const connection = new DatabaseSync(":memory:");
  connection.exec("PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY)");
  connection.exec("CREATE TABLE c (p REFERENCES p (id)); INSERT INTO c VALUES (7)");
  assert.deepEqual(integrityProblems(connection), ['row 1 of "c" refers to nothing in "p"']);
  connection.close();
  assert.match(integrityProblems(connection)[0] ?? "", /not open/);
  await using folder = await temporaryFolder();
  for (const open of [openSuspect, openToInspect]) {
    assert.equal((await failureOf(() => open(`${folder.path}/none/a.db`))).kind, "notWritable");
  }
});

Deno.test("inspectDatabase() says missing, empty, whole, and damaged, and never creates anything", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.db`;
  const look = () => inspectDatabase(path, { migrations: migrations.coachiq });
  assert.equal((await look()).look, "missing");
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  await createInPlace(path, migrations.coachiq, { to: "0002_entity_states" });
  assert.equal((await look()).schema?.kind, "older");
  const bytes = await Deno.readFile(path);
  await Deno.writeFile(path, bytes.fill(0x11, 4096, 4096 * 4));
  assert.equal((await look()).error?.kind, "corrupt");
});

Deno.test("createInPlace() leaves nothing when it fails, and never lets an old log into a new file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.db`;
  await Deno.writeTextFile(`${path}-wal`, "old log");
  await assert.rejects(createInPlace(path, migrations.coachiq, { to: "0099_x" }), StoreError);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["a.db-wal"]);
  await createInPlace(path, migrations.coachiq);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["a.db"]);
  await Deno.mkdir(`${path}-journal`);
  await Deno.writeTextFile(`${path}-journal/x`, "");
  await assert.rejects(createInPlace(path, migrations.coachiq), StoreError);
  await Deno.mkdir(`${folder.path}/b.db.damaged/x`, { recursive: true });
  await assert.rejects(setAside(`${folder.path}/b.db`), StoreError);
  await assert.rejects(removeDatabase(`${folder.path}/b.db.damaged`), StoreError);
  await assert.rejects(createDatabaseFile(`${folder.path}/a.db/x`, { migrations: migrations.coachiq }));
});

Deno.test("addRunToFile() and writeStatesToFile() say which file they could not write", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.db`;
  new DatabaseSync(path).close();
  writeStatesToFile(path, [{ id: "a", state: {}, updatedAtMs: 1 }]);
  const run = {
    jobId: "1",
    actor: "x",
    startedAtMs: 1,
    from: null,
    to: null,
    durationMs: 1,
    outcome: "reset",
    message: "",
    programVersion: "1",
  } as const;
  assert.match((await failureOf(() => addRunToFile(path, run))).message, /Cannot note the update in ".*no such table/);
  const nowhere = `${folder.path}/none/a.db`;
  assert.equal((await failureOf(() => writeStatesToFile(nowhere, []))).kind, "notWritable");
});

Deno.test("Durations keeps the last ones and answers percentiles", () => {
  const durations = new Durations(4);
  assert.equal(durations.percentileMs(0.95), 0);
  for (const ms of [100, 1, 2, 3, 4]) durations.add(ms);
  assert.equal(durations.count, 5);
  assert.equal(durations.percentileMs(0.5), 3);
  assert.equal(durations.percentileMs(1), 4);
});
