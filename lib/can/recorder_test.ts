import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { type CanFrame, CanRecorder, parseCandump, type RecorderOptions } from "./mod.ts";

const LINE = "(1546300800.123456) can0 19FEDA8E#0102030405060708 R\n";

function frame(direction: "rx" | "tx" = "rx"): CanFrame {
  const parsed = parseCandump(LINE);
  assert.ok(parsed.kind === "frame");
  return { ...parsed.frame, direction };
}

/** Runs with a path that does not exist yet. */
async function withPath(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(`${folder}/bus.log`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function recorder(path: string, options: RecorderOptions = {}): Promise<CanRecorder> {
  const made = new CanRecorder(path, { clock: new ManualClock(), ...options });
  await made.start();
  return made;
}

Deno.test("CanRecorder writes the form of candump -L, own frames marked T", () =>
  withPath(async (path) => {
    const made = await recorder(path);
    made.record([frame(), frame("tx")]);
    await made.stop();
    assert.equal(await Deno.readTextFile(path), LINE + LINE.replace(" R", " T"));
    assert.deepEqual(made.status(), { path, state: "stopped", frames: 2, dropped: 0, bytes: 2 * LINE.length });
    await made.stop();
  }));

Deno.test("CanRecorder writes without direction when asked", () =>
  withPath(async (path) => {
    const made = await recorder(path, { direction: false });
    made.record([frame()]);
    await made.stop();
    assert.equal(await Deno.readTextFile(path), LINE.replace(" R", ""));
  }));

Deno.test("CanRecorder writes by time, and at once when much is together", () =>
  withPath(async (path) => {
    const clock = new ManualClock();
    const made = await recorder(path, { clock, flushEveryMs: 500 });
    made.record([frame()]);
    clock.advance(499);
    assert.equal((await Deno.stat(path)).size, 0);
    clock.advance(1);
    while (made.status().bytes === 0) await Deno.stat(path);
    assert.equal((await Deno.stat(path)).size, LINE.length);
    made.record(Array.from({ length: 2000 }, () => frame()));
    while (made.status().bytes === LINE.length) await Deno.stat(path);
    assert.equal((await Deno.stat(path)).size, 2001 * LINE.length);
    await made.stop();
  }));

Deno.test("CanRecorder ends at its size limit, and counts what came after", () =>
  withPath(async (path) => {
    const made = await recorder(path, { maxBytes: 1000 });
    made.record(Array.from({ length: 100 }, () => frame()));
    const { state, frames, dropped, problem } = made.status();
    assert.equal(state, "full");
    assert.equal(frames + dropped, 100);
    assert.match(problem ?? "", /reached its limit of 1000 bytes/);
    await made.stop();
    const { size } = await Deno.stat(path);
    assert.equal(size, frames * LINE.length);
    assert.ok(size <= 1000 && size > 900);
  }));

Deno.test("CanRecorder drops and counts what the disk cannot take in time", () =>
  withPath(async (path) => {
    const made = await recorder(path, { maxPendingBytes: 10 * 80 });
    made.record(Array.from({ length: 100 }, () => frame()));
    const { frames, dropped } = made.status();
    assert.ok(frames >= 10 && frames < 20, `${frames} frames are taken`);
    assert.equal(frames + dropped, 100);
    await made.stop();
    assert.equal((await Deno.stat(path)).size, frames * LINE.length);
  }));

Deno.test("CanRecorder says that the disk is full, and counts the frames as lost", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const made = await recorder("/dev/full", { overwrite: true });
  made.record([frame(), frame()]);
  await made.stop();
  const { state, frames, dropped, problem } = made.status();
  assert.deepEqual({ state, frames, dropped }, { state: "failed", frames: 0, dropped: 2 });
  assert.equal(problem, `Cannot write the recording "/dev/full": the disk is full; 0 bytes are kept`);
});

Deno.test("CanRecorder does not overwrite a file unless asked, and names what hinders it", () =>
  withPath(async (path) => {
    await Deno.writeTextFile(path, "kept");
    await assert.rejects(recorder(path), /^Error: Cannot record to ".*bus\.log": the file exists; choose another name/);
    assert.equal(await Deno.readTextFile(path), "kept");
    const made = await recorder(path, { overwrite: true });
    await made.stop();
    assert.equal(await Deno.readTextFile(path), "");
    await assert.rejects(recorder(`${path}.d/x.log`), /its folder does not exist/);
  }));
