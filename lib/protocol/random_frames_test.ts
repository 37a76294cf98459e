import assert from "node:assert/strict";
import { AddressClaim, createProtocol, FaultBook, parseDiagnosis, RepeatCache, signalsJson, Transport } from "./mod.ts";

/** Numbers of a fixed sequence [0, 2^32 − 1]. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
}

Deno.test("decode() sorts 1,000,000 random frames of 0 to 8 bytes into message, unknown and malformed", () => {
  const { codec, tables } = createProtocol();
  const cache = new RepeatCache(codec, 1024);
  const next = sequence(1);
  const known = tables.rvc.messages;
  const counts = { message: 0, unknown: 0, malformed: 0 };
  const kept: number[] = [];
  for (let i = 0; i < 1_000_000; i++) {
    const row = known[next() % known.length]!;
    const anything = next() >>> 3;
    const id = i % 2 === 0 ? anything : ((anything & 0x1c0000ff) | (row.dgn << 8)) >>> 0;
    const data = new Uint8Array(next() % 9);
    for (let j = 0; j < data.length; j++) data[j] = next() >>> 24;
    const decoded = i % 4 < 2 ? codec.decode(id, data) : cache.decode(id, data);
    counts[decoded.kind]++;
    if (decoded.kind === "message") assert.equal(decoded.readings.length, decoded.signals.length);
    if (i % 1000 === 0) {
      const json = codec.frameJson(id, data);
      assert.equal(json.kind, decoded.kind);
      const parsed = JSON.parse(`{${json.members}}`);
      if (decoded.kind === "message") assert.deepEqual(parsed.signals, JSON.parse(signalsJson(decoded)));
    }
    if (i === 500_000 || i === 999_999) kept.push(codec.keptReadings);
  }
  assert.equal(counts.message + counts.unknown + counts.malformed, 1_000_000);
  for (const count of Object.values(counts)) assert.ok(count > 10_000, JSON.stringify(counts));
  assert.equal(cache.slots, 1024);
  // What is kept is bounded by the rows (256 readings and texts per field at most), not by the frames.
  assert.ok(kept[1]! < 2490 * 512, `${kept}`);
  assert.ok(kept[1]! - kept[0]! < kept[0]! / 20, `${kept}`);
});

Deno.test("state machines survive 300,000 random frames from 256 sources, with bounded state", () => {
  const next = sequence(2);
  const transport = new Transport({ maxReceiving: 32 });
  transport.setAddress(0x80);
  const claim = new AddressClaim({ name: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0x80), low: 0x80, high: 0x8f });
  claim.start(0);
  const book = new FaultBook(64);
  const interesting = [0xec00, 0xeb00, 0xee00, 0xea00, 0x1feca, 0xfeca, 0x1fed6];
  let most = 0;
  let messages = 0;
  let nowMs = 0;
  for (let i = 0; i < 300_000; i++) {
    nowMs += next() % 40;
    const dgn = interesting[next() % interesting.length]!;
    const low = dgn < 0xf000 ? [0xff, 0x80, 0, next() >>> 24][next() % 4]! : 0;
    const source = i % 3 === 0 ? next() >>> 24 : 0x90 + (next() % 2);
    const id = ((6 << 26) | ((dgn | low) << 8) | source) >>> 0;
    const data = new Uint8Array(next() % 5 === 0 ? next() % 9 : 8);
    for (let j = 0; j < data.length; j++) data[j] = next() >>> 24;
    if (data.length > 0 && dgn === 0xec00) data[0] = [16, 17, 19, 32, 255, next() >>> 24][next() % 6]!;
    if (data.length === 8 && dgn === 0xec00 && next() % 2 === 0) data.set([9 + (next() % 10), 0, 3], 1);
    if (data.length === 8 && next() % 2 === 0) data[7] = 0;
    if (data.length > 0 && dgn === 0xeb00 && next() % 2 === 0) data[0] = 1 + (next() % 3);
    const step = transport.onFrame({ id, data }, nowMs);
    for (const event of step.events) if (event.kind === "message") messages++;
    for (const frame of step.frames) assert.ok(frame.id <= 0x1fffffff && frame.data.length === 8);
    if (i % 100 === 0) transport.send({ dgn: 0xfeeb, data: new Uint8Array(30), destination: next() % 256 }, nowMs);
    if (claim.state === "failed") claim.start(nowMs);
    claim.onFrame({ id, data }, nowMs);
    claim.tick(nowMs);
    const diagnosis = parseDiagnosis({ dgn, sourceAddress: id & 0xff, data });
    if (diagnosis) book.apply(id & 0xff, diagnosis, nowMs);
    if (i % 10 === 0) transport.tick(nowMs);
    most = Math.max(most, transport.sessions);
  }
  assert.ok(most <= 32 + 8, `${most} sessions`);
  assert.ok(messages > 0);
  assert.ok(book.size <= 64 && book.ignored > 0);
  transport.tick(nowMs + 100_000);
  transport.tick(nowMs + 200_000);
  assert.ok(transport.sessions <= 1, "all addressed sessions timed out");
});
