import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { type CanFrame, VirtualBus } from "./mod.ts";
import { QUEUE_LIMIT, Recording, testCanPort } from "../../tests/suites/can_port_suite.ts";

testCanPort({
  name: "VirtualPort",
  skips: {},
  async open() {
    const clock = new ManualClock();
    const bus = new VirtualBus({ clock, deliverAfterMs: 1 });
    const port = bus.port("vbus0", { queueLimit: QUEUE_LIMIT });
    const peer = bus.port("peer");
    const peerReceived: CanFrame[] = [];
    await peer.start({ onFrames: (frames) => void peerReceived.push(...frames), onLink() {} });
    return {
      port,
      peerReceived,
      peerSend: (frame) => void peer.send(frame),
      setLink: (link) => Promise.resolve(port.setLink(link)),
      until(condition, what) {
        for (let ms = 0; ms < 1000 && !condition(); ms++) clock.advance(1);
        assert.ok(condition(), `expected within 1,000 ms: ${what}`);
        return Promise.resolve();
      },
      settle: () => Promise.resolve(clock.advance(10)),
      async close() {
        await port.stop();
        await peer.stop();
      },
    };
  },
});

Deno.test("VirtualBus delivers in a microtask unless told otherwise, in one order for all ports", async () => {
  const bus = new VirtualBus({ clock: new ManualClock() });
  const ports = ["a", "b", "c"].map((name) => bus.port(name));
  const recordings = ports.map(() => new Recording());
  for (const [index, port] of ports.entries()) await port.start(recordings[index]!);
  for (let id = 0; id < 30; id++) ports[id % 3]!.send({ id, data: new Uint8Array(1) });
  await Promise.resolve();
  for (const { frames } of recordings) {
    assert.deepEqual(frames.map(({ id }) => id), Array.from({ length: 30 }, (_, id) => id));
    assert.equal(frames.filter(({ direction }) => direction === "tx").length, 10);
  }
});

Deno.test("VirtualBus carries the answer that a listener sends from within its callback", async () => {
  const bus = new VirtualBus({ clock: new ManualClock() });
  const asker = bus.port("asker");
  const answerer = bus.port("answerer");
  const recording = new Recording();
  await asker.start(recording);
  await answerer.start({
    onFrames: ([frame]) => void (frame?.direction === "rx" && answerer.send({ id: 2, data: frame.data })),
    onLink() {},
  });
  asker.send({ id: 1, data: Uint8Array.of(7) });
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(recording.frames.map(({ id, direction }) => [id, direction]), [[1, "tx"], [2, "rx"]]);
});

Deno.test("VirtualBus.setLink() takes all ports off, and loses what was on its way", async () => {
  const clock = new ManualClock();
  const bus = new VirtualBus({ clock, deliverAfterMs: 5 });
  const left = bus.port("left");
  const right = bus.port("right");
  const recording = new Recording();
  await left.start(new Recording());
  await right.start(recording);
  left.send({ id: 1, data: new Uint8Array() });
  bus.setLink("busOff");
  clock.advance(10);
  assert.equal(recording.frames.length, 0);
  assert.equal(left.status().txDropped, 1);
  assert.equal(right.status().link, "busOff");
  assert.equal(right.status().errorFrames, 1);
});
