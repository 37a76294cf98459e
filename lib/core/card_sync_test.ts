import assert from "node:assert/strict";
import type { ManualClock } from "../base/mod.ts";
import { cardClock, type CardFolder, cardFolder, cardStorage } from "../../tests/suites/card_fixture.ts";
import { cardIdentity, markUnsynced } from "../update/mod.ts";
import type { CardOfStorage, Storage } from "./storage.ts";

const consent = { actor: "owner", confirm: true, parked: true } as const;

interface Run {
  readonly storage: Storage;
  readonly clock: ManualClock;
  /** Lets time pass, and what is begun in it come to its end. */
  pass(ms: number): Promise<void>;
}

async function start(folder: CardFolder, card: Partial<CardOfStorage> = {}): Promise<Run> {
  const clock = cardClock();
  const storage = cardStorage(folder.dataDir, { clock, card });
  const plan = await storage.plan();
  assert.equal(plan.kind, "ok", JSON.stringify(plan));
  await storage.start();
  await storage.running();
  storage.store.states.restore();
  return {
    storage,
    clock,
    async pass(ms) {
      // A look begins at a tick of the clock, and takes its time: the last tick finds none under way.
      for (const step of [Math.max(0, ms - 600), Math.min(ms, 600)]) {
        clock.advance(step);
        await storage.cardSync?.settled();
      }
    },
  };
}

const mark = ({ storage }: Run, value: number) =>
  storage.store.states.mark({ id: "sofa", state: { count: { value } }, updatedAtMs: value });
const kept = ({ storage }: Run) => {
  const [state] = storage.store.states.restore();
  const reading = state?.state["count"];
  return reading && "value" in reading ? reading.value : undefined;
};

Deno.test("the profile sdcard keeps everything over a stop, and leaves nothing in memory", async () => {
  await using folder = await cardFolder();
  const first = await start(folder);
  mark(first, 1);
  await first.storage.stop();
  assert.deepEqual([...Deno.readDirSync(folder.live)], []);
  await folder.cutPower();
  const second = await start(folder);
  assert.equal(kept(second), 1);
  assert.deepEqual(second.storage.problems(), []);
  await second.storage.stop();
});

Deno.test("a power cut costs the states since the last copy, and nothing that a person did", async () => {
  await using folder = await cardFolder();
  const first = await start(folder);
  await first.pass(1000);
  mark(first, 1);
  await first.pass(5 * 60_000 + 1000);
  mark(first, 2);
  await first.pass(60_000);
  assert.equal(first.storage.lossWindow()?.states.atMostS, 300);
  assert.ok((first.storage.lossWindow()?.states.ageS ?? 0) >= 60);
  const image = await copyOfCard(folder);
  first.storage.store.userSettings.set({ name: "Otter" });
  await first.pass(3000);
  assert.equal(first.storage.lossWindow()?.states.ageS, 0);
  const afterwards = await copyOfCard(folder);
  await first.storage.stop();
  for (const [card, value, name] of [[image, 1, undefined], [afterwards, 2, "Otter"]] as const) {
    await folder.cutPower();
    await putBack(folder, card);
    const again = await start(folder);
    assert.equal(kept(again), value);
    assert.equal(again.storage.store.userSettings.get("name"), name);
    await again.storage.stop();
    await Deno.remove(card, { recursive: true });
  }
});

async function copyOfCard({ dataDir }: CardFolder): Promise<string> {
  const copy = await Deno.makeTempDir();
  for (const name of ["coachiq.db", "history.db", "previous/coachiq.db", "previous/history.db"]) {
    await Deno.mkdir(`${copy}/previous`, { recursive: true });
    await Deno.copyFile(`${dataDir}/user/${name}`, `${copy}/${name}`).catch(() => {});
  }
  return copy;
}

async function putBack({ dataDir }: CardFolder, card: string): Promise<void> {
  for (const name of ["coachiq.db", "history.db"]) {
    await Deno.remove(`${dataDir}/user/${name}`);
    await Deno.copyFile(`${card}/${name}`, `${dataDir}/user/${name}`);
  }
}

Deno.test("a killed program leaves a live database that is not trusted; one that was closed whole is used", async () => {
  await using folder = await cardFolder();
  const first = await start(folder);
  await first.storage.stop();
  for (const isMarked of [false, true]) {
    const run = await start(folder);
    const before = kept(run);
    mark(run, Number(before ?? 0) + 10);
    run.storage.store.states.flush();
    run.storage.store.history.database.close();
    run.storage.store.close();
    const left = `${folder.live}/coachiq.db`;
    const bytes = await Deno.readFile(left);
    await run.storage.cardSync?.stop();
    const { paths } = run.storage.store;
    const identity = await cardIdentity(paths);
    const card = await Deno.readFile(paths.kept.coachiq);
    await run.storage.stop();
    // The stop has copied all of it: the card and the memory are put back to what a kill leaves.
    await Deno.writeFile(paths.kept.coachiq, card);
    await Deno.writeFile(left, bytes);
    if (isMarked) await markUnsynced(paths, { ...identity, ...await cardIdentity(paths) });
    const again = await start(folder);
    assert.equal(kept(again), isMarked ? Number(before ?? 0) + 10 : before);
    await again.storage.stop();
  }
});

Deno.test("a damaged newest copy gives way to the one before, with a word on the page; two of them to recovery", async () => {
  await using folder = await cardFolder();
  const first = await start(folder);
  mark(first, 1);
  await first.pass(1000);
  await first.storage.stop();
  const second = await start(folder);
  mark(second, 2);
  await second.storage.stop();
  const newest = `${folder.dataDir}/user/coachiq.db`;
  await Deno.writeTextFile(newest, "torn");
  const third = await start(folder);
  assert.equal(kept(third), 1);
  assert.match(third.storage.problems()[0]?.what ?? "", /newest copy of settings and states on the card was damaged/);
  await third.storage.stop();
  const fourth = await start(folder);
  assert.deepEqual([kept(fourth), fourth.storage.problems()], [1, []]);
  await (await fourth.storage.updater.backup("manual")).done;
  await fourth.storage.stop();
  await Deno.writeTextFile(newest, "torn");
  await Deno.writeTextFile(`${folder.dataDir}/user/previous/coachiq.db`, "torn, too");
  const broken = cardStorage(folder.dataDir);
  const plan = await broken.plan();
  assert.equal(plan.kind, "damaged");
  assert.match("reason" in plan ? plan.reason : "", /No copy of the database on the card can be used/);
  const [backup] = await broken.backups.list();
  const restored = await (await broken.updater.restore(backup?.id ?? "", consent)).done;
  assert.equal(restored.state, "done", restored.message);
  await broken.forgive();
  await broken.release();
  const again = await start(folder);
  assert.equal(kept(again), 1);
  await again.storage.stop();
});

Deno.test("a restore and an update are on the card as soon as they are done", async () => {
  await using folder = await cardFolder();
  const run = await start(folder);
  run.storage.store.userSettings.set({ name: "then" });
  const made = await (await run.storage.updater.backup("manual")).done;
  assert.equal(made.state, "done", made.message);
  run.storage.store.userSettings.set({ name: "now" });
  await run.pass(3000);
  const [backup] = await run.storage.backups.list();
  const restored = await (await run.storage.updater.restore(backup?.id ?? "", consent)).done;
  assert.equal(restored.state, "done", restored.message);
  await run.pass(600);
  const card = await copyOfCard(folder);
  await run.storage.stop();
  await folder.cutPower();
  await putBack(folder, card);
  await Deno.remove(card, { recursive: true });
  const again = await start(folder);
  assert.equal(again.storage.store.userSettings.get("name"), "then");
  await again.storage.stop();
});

Deno.test("a card that takes nothing is a problem that says what to do, is tried again, and costs nothing at the stop", async () => {
  await using folder = await cardFolder();
  const run = await start(folder);
  await run.pass(1000);
  const previous = `${folder.dataDir}/user/previous`;
  await Deno.rename(previous, `${previous}.away`).catch(() => {});
  await Deno.writeTextFile(previous, "in the way");
  mark(run, 7);
  await run.pass(5 * 60_000 + 1000);
  const [problem] = run.storage.problems();
  assert.match(
    problem?.what ?? "",
    /Settings and states are not being copied to the card, the last copy is 5 minutes old/,
  );
  const failures = run.storage.cardSync?.stats("coachiq").failures ?? 0;
  assert.ok(failures > 0);
  await run.pass(5500);
  assert.ok((run.storage.cardSync?.stats("coachiq").failures ?? 0) > failures, "it is tried again");
  await run.storage.stop();
  assert.ok([...Deno.readDirSync(folder.live)].some(({ name }) => name === "unsynced.json"));
  await Deno.remove(previous);
  const again = await start(folder);
  assert.equal(kept(again), 7);
  await again.pass(1000);
  assert.deepEqual(again.storage.problems(), []);
  await again.storage.stop();
});

Deno.test("the power supply's file has everything copied at once, and so has whoever asks", async () => {
  await using folder = await cardFolder();
  const file = `${folder.dataDir}/power-fail`;
  const run = await start(folder, { powerFailFile: file });
  await run.pass(1000);
  mark(run, 1);
  await run.pass(1000);
  assert.ok((run.storage.lossWindow()?.states.ageS ?? 0) >= 1);
  await Deno.writeTextFile(file, "");
  await run.pass(600);
  assert.equal(run.storage.lossWindow()?.states.ageS, 0);
  mark(run, 2);
  await run.pass(1000);
  assert.ok((run.storage.lossWindow()?.states.ageS ?? 0) >= 1, "it is said once");
  const copied = await run.storage.cardSync?.syncNow();
  assert.ok(copied?.some(({ database, bytes }) => database === "coachiq" && bytes > 0));
  assert.equal(run.storage.lossWindow()?.states.ageS, 0);
  await run.storage.stop();
});

Deno.test("the profile sdcard refuses a folder that is no tmpfs, and one that is too small, with what to do", async () => {
  await using folder = await cardFolder();
  const first = await start(folder);
  await first.storage.stop();
  const small = cardStorage(folder.dataDir, { card: { liveMiB: 1 } });
  await assert.rejects(small.plan(), (error: Error & { todo?: string }) => {
    assert.match(error.message, /it may have 1 MiB, expected at least \d+ MiB for the databases and a copy of each/);
    assert.match(error.todo ?? "", /persistence\.live_megabytes/);
    return true;
  });
  await small.release();
  await Deno.remove(`${folder.dataDir}/live`);
  await Deno.mkdir(`${folder.dataDir}/live`);
  const onDisk = cardStorage(folder.dataDir);
  await assert.rejects(onDisk.plan(), (error: Error & { todo?: string }) => {
    assert.match(error.message, /it is on a disk, expected a tmpfs/);
    assert.match(error.todo ?? "", /mount -t tmpfs/);
    return true;
  });
  await onDisk.release();
});

Deno.test("a database that broke in memory is not copied; the newest copy goes on, with a word on the page", async () => {
  await using folder = await cardFolder();
  const run = await start(folder);
  mark(run, 1);
  await run.pass(5 * 60_000 + 1000);
  mark(run, 2);
  await run.pass(600);
  run.storage.store.history.stop();
  run.storage.store.close();
  using file = await Deno.open(`${folder.live}/coachiq.db`, { write: true });
  await file.seek(4096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(40_960).fill(5));
  await run.storage.release();
  const again = await start(folder);
  assert.equal(kept(again), 1);
  assert.match(again.storage.problems()[0]?.what ?? "", /What was in memory of settings and states was damaged/);
  await again.storage.stop();
});

Deno.test("whoever asks for a copy in recovery mode is answered, too", async () => {
  await using folder = await cardFolder();
  const first = await start(folder);
  await first.storage.stop();
  const storage = cardStorage(folder.dataDir);
  await storage.plan();
  assert.deepEqual(await storage.cardSync?.syncNow(), []);
  assert.equal(storage.lossWindow()?.states.ageS, 0);
  await storage.release();
});
