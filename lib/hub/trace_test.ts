import assert from "node:assert/strict";
import type { CanFrame } from "../can/mod.ts";
import { Trace } from "./trace.ts";

function frame(id: number): CanFrame {
  return { interfaceName: "can0", id, extended: true, data: new Uint8Array(), timestampMs: 0, direction: "rx" };
}

Deno.test("Trace.newest() gives the newest frames, oldest first, with their place in the order", () => {
  const trace = new Trace(4);
  for (let id = 0; id < 10; id++) trace.add(frame(id));
  assert.deepEqual(trace.newest(2).map(({ sequence, frame }) => [sequence, frame.id]), [[8, 8], [9, 9]]);
  assert.deepEqual(trace.newest(100).map(({ sequence }) => sequence), [6, 7, 8, 9]);
  assert.equal(trace.next, 10);
});

Deno.test("Trace.newest() filters, and starts after a sequence number", () => {
  const trace = new Trace(100);
  for (let id = 0; id < 10; id++) trace.add(frame(id));
  const even = trace.newest(3, { accept: ({ id }) => id % 2 === 0 });
  assert.deepEqual(even.map(({ sequence }) => sequence), [4, 6, 8]);
  assert.deepEqual(trace.newest(100, { after: 7 }).map(({ sequence }) => sequence), [8, 9]);
});
