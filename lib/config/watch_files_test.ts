import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ManualClock, systemClock } from "../base/mod.ts";
import { type FileChange, type FolderEvents, watchFiles, type WatchOptions } from "./watch_files.ts";

/** Events that the test sends. */
class Sender {
  readonly folders: string[] = [];
  #waiting: ((paths: readonly string[]) => void) | undefined;
  readonly #queue: (readonly string[])[] = [];
  fails = false;

  readonly events: FolderEvents = async function* (this: Sender, folders: readonly string[], signal: AbortSignal) {
    this.folders.push(...folders);
    if (this.fails) throw new Error("no watches are left");
    while (!signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<readonly string[]>();
      signal.addEventListener("abort", () => resolve([]), { once: true });
      this.#waiting = resolve;
      const next = this.#queue.shift();
      yield next ?? await promise;
    }
  }.bind(this);

  send(...paths: readonly string[]): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(paths);
    else this.#queue.push(paths);
  }
}

interface Watched {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly sender: Sender;
  readonly abort: AbortController;
  /** What was told so far. */
  readonly told: readonly string[];
  /** Moves time on until something new is told. */
  next(): Promise<string>;
}

async function watching(
  names: readonly string[],
  use: (watched: Watched) => Promise<void>,
  options: { readonly sender?: Sender } & Partial<WatchOptions> = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const clock = new ManualClock();
  const { sender = new Sender(), ...settings } = options;
  const abort = new AbortController();
  const told: string[] = [];
  const onChange = ({ path, exists }: FileChange) => {
    told.push(`${path.slice(folder.length + 1)} ${exists ? "is there" : "is gone"}`);
  };
  try {
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "first");
    const paths = [...names, "none.toml"].map((name) => `${folder}/${name}`);
    const watch = watchFiles(paths, { clock, onChange, signal: abort.signal, events: sender.events, ...settings });
    await watch.ready;
    const next = async () => {
      const before = told.length;
      // Each turn lets what waits for the disk go on; time alone tells nothing.
      for (let turn = 0; turn < 10_000 && told.length === before; turn++) {
        clock.advance(100);
        await Deno.stat(folder);
      }
      return told.at(before) ?? "nothing";
    };
    await use({ folder, clock, sender, abort, told, next });
    abort.abort();
    await watch.done;
    assert.equal(clock.pending, 0, "timers after the end");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("watchFiles() tells of every way in which an editor changes a file", () =>
  watching(["a.toml", "b.toml"], async ({ folder, sender, told, next }) => {
    assert.deepEqual(sender.folders, [folder]);
    await Deno.writeTextFile(`${folder}/a.toml`, "second, in place");
    sender.send(`${folder}/a.toml`);
    assert.equal(await next(), "a.toml is there");
    await Deno.writeTextFile(`${folder}/.a.toml.swp`, "third");
    await Deno.rename(`${folder}/.a.toml.swp`, `${folder}/a.toml`);
    sender.send(`${folder}/.a.toml.swp`, `${folder}/a.toml`);
    assert.equal(await next(), "a.toml is there");
    await Deno.remove(`${folder}/b.toml`);
    sender.send(`${folder}/b.toml`);
    assert.equal(await next(), "b.toml is gone");
    await Deno.writeTextFile(`${folder}/none.toml`, "made anew");
    sender.send(`${folder}/none.toml`);
    assert.equal(await next(), "none.toml is there");
    assert.equal(told.length, 4);
  }));

Deno.test("watchFiles() tells nothing of files that stay as they are, or that are none of its", () =>
  watching(["a.toml", "b.toml"], async ({ folder, sender, told, next }) => {
    await Deno.writeTextFile(`${folder}/other.toml`, "x");
    sender.send(`${folder}/other.toml`, `${folder}/a.toml`);
    await Deno.writeTextFile(`${folder}/b.toml`, "changed");
    sender.send(`${folder}/b.toml`);
    await next();
    assert.deepEqual(told, ["b.toml is there"]);
  }));

Deno.test("watchFiles() waits until a file is still", () =>
  watching(["a.toml"], async ({ folder, clock, sender, told, next }) => {
    for (let part = 0; part < 5; part++) {
      await Deno.writeTextFile(`${folder}/a.toml`, `part ${part}`, { append: true });
      sender.send(`${folder}/a.toml`);
      // The event arrives before the time goes on.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      clock.advance(199);
      assert.deepEqual(told, []);
    }
    assert.equal(await next(), "a.toml is there");
    assert.equal(told.length, 1);
  }));

Deno.test("watchFiles() looks now and then where nothing is told to it", async () => {
  const sender = new Sender();
  sender.fails = true;
  await watching(["a.toml"], async ({ folder, next }) => {
    await Deno.writeTextFile(`${folder}/a.toml`, "another");
    assert.equal(await next(), "a.toml is there");
    await Deno.remove(`${folder}/a.toml`);
    assert.equal(await next(), "a.toml is gone");
  }, { sender, pollMs: 1_000 });
});

Deno.test("watchFiles() tells of a file that cannot be looked at any more", () =>
  watching(["a.toml"], async ({ folder, next }) => {
    await Deno.remove(`${folder}/a.toml`);
    await Deno.symlink(`${folder}/a.toml`, `${folder}/a.toml`);
    assert.equal(await next(), "a.toml is there");
  }, { pollMs: 500 }));

Deno.test("watchFiles() tells nothing after its end, not even of what it had seen", () =>
  watching(["a.toml"], async ({ folder, clock, sender, abort, told }) => {
    await Deno.writeTextFile(`${folder}/a.toml`, "another");
    sender.send(`${folder}/a.toml`);
    clock.advance(5_000);
    abort.abort();
    clock.advance(60_000);
    await Deno.stat(folder);
    assert.deepEqual(told, []);
  }));

Deno.test("watchFiles() ends at once when its signal has aborted before", async () => {
  const folder = await Deno.makeTempDir();
  for (const paths of [[`${folder}/a.toml`], ["/nowhere/a.toml", "b.toml", "/c.toml"]]) {
    const watch = watchFiles(paths, {
      clock: new ManualClock(),
      onChange: () => assert.fail("told"),
      signal: AbortSignal.abort(),
    });
    await watch.ready;
    await watch.done;
  }
  await Deno.remove(folder);
});

Deno.test("watchFiles() sees on the machine's clock that a file was replaced", async () => {
  const folder = await Deno.makeTempDir();
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<FileChange>();
  try {
    await Deno.writeTextFile(`${folder}/a.toml`, "first");
    const watch = watchFiles([`${folder}/a.toml`], {
      clock: systemClock,
      onChange: resolve,
      signal: abort.signal,
      settleMs: 1,
      pollMs: 5,
    });
    await watch.ready;
    await Deno.writeTextFile(`${folder}/.a.tmp`, "second");
    await Deno.rename(`${folder}/.a.tmp`, `${folder}/a.toml`);
    assert.deepEqual(await promise, { path: `${folder}/a.toml`, exists: true });
    abort.abort();
    await watch.done;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("watchFiles() leaves the locks of a database beside the file to SQLite", async () => {
  const folder = await Deno.makeTempDir();
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<FileChange>();
  const database = new DatabaseSync(`${folder}/coachiq.db`);
  try {
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    const { ino } = await Deno.stat(`${folder}/coachiq.db-shm`);
    const isLocked = () => Deno.readTextFileSync("/proc/locks").includes(`:${ino} `);
    assert.ok(isLocked());
    await Deno.writeTextFile(`${folder}/a.toml`, "first");
    const watch = watchFiles([`${folder}/a.toml`], {
      clock: systemClock,
      onChange: resolve,
      signal: abort.signal,
      settleMs: 1,
      pollMs: 5,
    });
    await watch.ready;
    database.exec("INSERT INTO t VALUES (1)");
    await Deno.writeTextFile(`${folder}/a.toml`, "second");
    await promise;
    database.exec("INSERT INTO t VALUES (2)");
    assert.ok(isLocked(), "another program must not take the database for its own");
    abort.abort();
    await watch.done;
  } finally {
    database.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("watchFiles() ends with the error when a change cannot be told, and no timer is left", async () => {
  const folder = await Deno.makeTempDir();
  const clock = new ManualClock();
  const path = `${folder}/a.toml`;
  try {
    await Deno.writeTextFile(path, "first");
    const told = Promise.withResolvers<void>();
    const watch = watchFiles([path], {
      clock,
      signal: new AbortController().signal,
      onChange: () => {
        told.resolve();
        throw new Error("nobody takes it");
      },
    });
    await watch.ready;
    await Deno.writeTextFile(path, "second and longer");
    const failed = assert.rejects(watch.done, /nobody takes it/);
    let isOver = false;
    void failed.finally(() => isOver = true);
    while (!isOver) {
      clock.advance(200);
      await Deno.stat(path);
    }
    await failed;
    await told.promise;
    assert.equal(clock.pending, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
