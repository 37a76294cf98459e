import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Database } from "./database.ts";
import type { StoreError } from "./store_error.ts";

/** A database of many pages, most of which were overwritten behind its back. */
async function damaged(use: (database: Database) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a.db`;
  try {
    const made = new DatabaseSync(path);
    made.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT); BEGIN");
    for (let i = 0; i < 500; i++) made.prepare("INSERT INTO t (text) VALUES (?)").run("x".repeat(500));
    made.exec("COMMIT");
    made.close();
    using file = await Deno.open(path, { read: true, write: true });
    const { size } = await file.stat();
    await file.seek(4096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(size - 4096).fill(0xa5));
    const database = new Database({ path, profile: "ssd" });
    database.open();
    use(database);
    database.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const query = { sql: "SELECT * FROM t", parameters: [] } as never;

Deno.test("Database.subscribeDamaged() tells once that SQLite found the file damaged, by a read or in a transaction", () =>
  damaged((database) => {
    const told: StoreError[] = [];
    database.subscribeDamaged((error) => told.push(error));
    const write = () => database.statement("UPDATE t SET text = 'y'").run();
    assert.throws(() => database.transaction({ cause: "records" }, write), /malformed/);
    assert.deepEqual(told.map(({ kind }) => kind), ["corrupt"]);
    assert.match(told[0]?.message ?? "", /^Cannot use database ".*a\.db": database disk image is malformed$/);
    assert.throws(() => database.all(query), /malformed/);
    assert.equal(told.length, 1);
    database.close();
    database.open();
    assert.throws(() => database.all(query), /malformed/);
    assert.equal(told.length, 2, "another file may be there now");
  }));

Deno.test("Database.subscribeDamaged() tells nothing while the file is being replaced, nor of other errors", () =>
  damaged((database) => {
    const told: StoreError[] = [];
    const end = database.subscribeDamaged((error) => told.push(error));
    assert.throws(() => database.all({ sql: "SELECT * FROM none", parameters: [] } as never), /no such table/);
    database.pause("A backup is being restored.");
    assert.throws(() => database.all(query), /malformed/);
    database.resume();
    end();
    assert.throws(() => database.all(query), /malformed/);
    assert.deepEqual(told, []);
  }));
