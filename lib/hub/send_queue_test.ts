import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import type { OutgoingFrame, SendResult } from "../can/mod.ts";
import { type PacedFrame, SendQueue } from "./send_queue.ts";

function frame(
  dgn: number,
  options: { readonly first?: number; readonly afterMs?: number; readonly gapMs?: number } = {},
) {
  const { first = 0, afterMs = 0, gapMs = 50 } = options;
  return { id: dgn << 8, data: Uint8Array.of(first), dgn, minGapMs: gapMs, afterMs } satisfies PacedFrame;
}

class Bench {
  readonly clock = new ManualClock();
  readonly sent: { readonly atMs: number; readonly frame: OutgoingFrame }[] = [];
  readonly told: string[] = [];
  answer: SendResult = "queued";
  readonly queue = new SendQueue({
    clock: this.clock,
    send: (frame) => {
      if (this.answer === "queued") this.sent.push({ atMs: this.clock.monotonicMs(), frame });
      return this.answer;
    },
  });

  submit(key: string, ...frames: PacedFrame[]): void {
    this.queue.submit(frames, {
      key,
      listener: {
        onSent: () => this.told.push(`${key} sent`),
        onDropped: (reason) => this.told.push(`${key} ${reason}`),
      },
    });
  }

  times(): number[] {
    return this.sent.map(({ atMs }) => atMs);
  }
}

Deno.test("SendQueue sends what is due before submit() returns", () => {
  const bench = new Bench();
  bench.submit("a", frame(0x1fedb));
  assert.deepEqual(bench.times(), [0]);
  assert.deepEqual(bench.told, ["a sent"]);
});

Deno.test("SendQueue keeps the gap between two frames of one DGN, and none between different ones", () => {
  const bench = new Bench();
  bench.submit("a", frame(0x1fedb, { first: 1 }), frame(0x1fedb, { first: 2 }));
  bench.submit("b", frame(0x1fef9));
  bench.clock.advance(49);
  assert.deepEqual(bench.times(), [0, 0]);
  bench.clock.advance(2);
  assert.deepEqual(bench.sent.map(({ frame }) => frame.data[0]), [1, 0, 2]);
  assert.deepEqual(bench.times(), [0, 0, 50]);
  assert.equal(bench.queue.waiting, 0);
});

Deno.test("SendQueue lets a later submission of another DGN pass a frame that is due later", () => {
  const bench = new Bench();
  bench.submit("late", frame(0x1fedb, { first: 1 }), frame(0x1fedb, { first: 2, afterMs: 3000 }));
  bench.clock.advance(100);
  bench.submit("now", frame(0x1fedb, { first: 3 }));
  assert.deepEqual(bench.sent.map(({ frame }) => frame.data[0]), [1, 3]);
  bench.clock.advance(3000);
  assert.deepEqual(bench.sent.map(({ frame }) => frame.data[0]), [1, 3, 2]);
});

Deno.test("SendQueue replaces the waiting value of a drag by the newest one", () => {
  const bench = new Bench();
  for (let level = 0; level < 10; level++) bench.submit("light:setBrightness", frame(0x1fedb, { first: level }));
  bench.clock.advance(60);
  assert.deepEqual(bench.sent.map(({ frame }) => frame.data[0]), [0, 9]);
  assert.equal(bench.told.filter((text) => text.endsWith("replaced")).length, 8);
  assert.equal(bench.told.filter((text) => text.endsWith("sent")).length, 2);
});

Deno.test("SendQueue waits for a full interface, and gives up after 200 ms", () => {
  const bench = new Bench();
  bench.answer = "full";
  bench.submit("a", frame(0x1fedb));
  bench.clock.advance(20);
  assert.deepEqual(bench.told, []);
  bench.answer = "queued";
  bench.clock.advance(5);
  assert.deepEqual(bench.told, ["a sent"]);
  bench.clock.advance(100);
  bench.answer = "full";
  bench.submit("b", frame(0x1fedb));
  bench.clock.advance(250);
  assert.deepEqual(bench.told, ["a sent", "b full"]);
});

Deno.test("SendQueue tells at once that an interface is down", () => {
  const bench = new Bench();
  bench.answer = "down";
  bench.submit("a", frame(0x1fedb));
  assert.deepEqual(bench.told, ["a down"]);
});

Deno.test("SendQueue.stop() and cancel() tell everybody who waits, once", () => {
  const bench = new Bench();
  bench.submit("a", frame(1), frame(1));
  bench.submit("b", frame(1));
  bench.submit("c", frame(2, { afterMs: 10 }));
  bench.queue.cancel("b");
  bench.queue.stop();
  bench.clock.advance(1000);
  assert.deepEqual(bench.told, ["b replaced", "a stopped", "c stopped"]);
  assert.equal(bench.clock.pending, 0);
});

Deno.test("SendQueue.stop() lets a last word go out at once, whatever its gap", () => {
  const bench = new Bench();
  bench.submit("shade:open", frame(0x1fedf, { first: 1, gapMs: 100 }));
  bench.queue.submit([frame(0x1fedf, { first: 4, gapMs: 100 })], {
    key: "shade:open:stop",
    lastWord: true,
    listener: { onSent() {}, onDropped() {} },
  });
  bench.submit("light", frame(0x1fedb, { afterMs: 10 }));
  bench.queue.stop();
  assert.deepEqual(bench.sent.map(({ frame }) => frame.data[0]), [1, 4]);
  assert.deepEqual(bench.told, ["shade:open sent", "light stopped"]);
});

function lastWord(bench: Bench, key = "stop"): void {
  bench.queue.submit([frame(0x1fedf, { first: 4 })], {
    key,
    lastWord: true,
    listener: {
      onSent: () => bench.told.push(`${key} sent`),
      onDropped: (reason) => bench.told.push(`${key} ${reason}`),
    },
  });
}

Deno.test("SendQueue never gives a last word up, whatever the interface says", () => {
  for (const answer of ["full", "down"] as const) {
    const bench = new Bench();
    bench.answer = answer;
    lastWord(bench);
    bench.clock.advance(60_000);
    assert.deepEqual(bench.told, []);
    bench.answer = "queued";
    bench.clock.advance(50);
    assert.deepEqual(bench.told, ["stop sent"]);
    assert.equal(bench.clock.pending, 0);
  }
});

Deno.test("SendQueue.clear() drops everything, last words too, and takes what comes after", () => {
  const bench = new Bench();
  bench.submit("a", frame(1), frame(1));
  bench.answer = "full";
  lastWord(bench);
  bench.queue.clear();
  bench.answer = "queued";
  bench.clock.advance(1000);
  assert.deepEqual(bench.told, ["a down", "stop down"]);
  assert.equal(bench.sent.length, 1);
  bench.submit("b", frame(2));
  assert.deepEqual(bench.told.at(-1), "b sent");
});

Deno.test("SendQueue.pause() keeps all but last words back until resume(), and cancel() still drops", () => {
  const bench = new Bench();
  bench.queue.pause();
  bench.submit("a", frame(0x1fedf, { first: 1 }));
  bench.submit("b", frame(2));
  lastWord(bench);
  bench.clock.advance(500);
  assert.deepEqual(bench.sent.map(({ frame }) => frame.data[0]), [4]);
  bench.queue.cancel("b");
  bench.queue.resume();
  assert.deepEqual(bench.told, ["stop sent", "b replaced", "a sent"]);
  assert.deepEqual(bench.times(), [0, 500]);
});

Deno.test("SendQueue.stop() tells of a last word that went out that it was sent", () => {
  const bench = new Bench();
  bench.submit("a", frame(0x1fedf));
  lastWord(bench);
  bench.queue.stop();
  assert.deepEqual(bench.told, ["a sent", "stop sent"]);
});
