/**
 * What every `CanPort` must do. Each implementation brings a world (a bus with one other node on it) and names the cases
 * it cannot have, with the reason.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { CanFrame, CanLink, CanPort, CanPortStatus, OutgoingFrame } from "../../lib/can/mod.ts";

/** A bus with the port under test and one other node. Made afresh for each case. */
export interface CanPortWorld {
  /** Not started. Its send queue holds at most {@link QUEUE_LIMIT} frames. */
  readonly port: CanPort;
  /** The other node sends. */
  peerSend(frame: OutgoingFrame): void;
  /** What the other node has received. */
  readonly peerReceived: readonly CanFrame[];
  /** Makes the interface of the port under test go into a state, and back `up`. */
  setLink(link: CanLink): Promise<void>;
  /** Lets time pass until the condition holds. @throws after a while. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** Lets time pass, enough for all that is under way to arrive. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** One promise of the interface. */
export interface CanPortCase {
  readonly name: string;
  run(world: CanPortWorld): Promise<void>;
}

/** Send queue of the port under test. */
export const QUEUE_LIMIT = 8;

/** A listener that keeps what it is told. */
export class Recording {
  readonly frames: CanFrame[] = [];
  readonly links: CanPortStatus[] = [];
  readonly onFrames = (frames: readonly CanFrame[]): void => void this.frames.push(...frames);
  readonly onLink = (status: CanPortStatus): void => void this.links.push(status);

  /** The frames of one direction. */
  of(direction: "rx" | "tx"): readonly CanFrame[] {
    return this.frames.filter((frame) => frame.direction === direction);
  }
}

function numbered(index: number): OutgoingFrame {
  return { id: 0x19feda00 + index, data: Uint8Array.of(index & 255, 0xa5) };
}

async function started(world: CanPortWorld): Promise<Recording> {
  const recording = new Recording();
  await world.port.start(recording);
  await world.until(() => world.port.status().link === "up", "the link is up");
  return recording;
}

async function exchange(world: CanPortWorld, recording: Recording): Promise<void> {
  const before = recording.frames.length;
  assert.equal(world.port.send(numbered(1)), "queued");
  world.peerSend(numbered(2));
  await world.until(() => recording.frames.length >= before + 2, "both frames arrive");
  assert.deepEqual(recording.frames.slice(before).map(({ direction }) => direction).sort(), ["rx", "tx"]);
}

async function loseAndRegain(world: CanPortWorld, link: CanLink): Promise<void> {
  const recording = await started(world);
  await exchange(world, recording);
  await world.setLink(link);
  await world.until(() => world.port.status().link === link, `the link is ${link}`);
  assert.equal(recording.links.at(-1)?.link, link);
  assert.ok((world.port.status().problem ?? "").length > 10, "the status has a sentence about the problem");
  assert.equal(world.port.send(numbered(3)), "down");
  await world.setLink("up");
  await world.until(() => world.port.status().link === "up", "the link is up again");
  assert.equal(world.port.status().problem, undefined);
  assert.equal(recording.links.at(-1)?.link, "up");
  await exchange(world, recording);
}

const life: readonly CanPortCase[] = [
  {
    name: "start() tells the listener the link once",
    async run(world) {
      const recording = await started(world);
      await world.settle();
      assert.deepEqual(recording.links.map(({ link }) => link), ["up"]);
      assert.equal(recording.links[0]?.interfaceName, world.port.interfaceName);
      assert.equal(world.port.status().problem, undefined);
    },
  },
  {
    name: "send() answers down before start() and after stop()",
    async run(world) {
      assert.equal(world.port.send(numbered(1)), "down");
      await started(world);
      await world.port.stop();
      assert.equal(world.port.send(numbered(1)), "down");
      assert.notEqual(world.port.status().link, "up");
    },
  },
  {
    name: "stop() twice does nothing, and nothing is delivered after it",
    async run(world) {
      const recording = await started(world);
      world.port.send(numbered(1));
      await world.port.stop();
      const { frames, links } = recording;
      const before = [frames.length, links.length];
      world.peerSend(numbered(2));
      await world.port.stop();
      await world.settle();
      assert.deepEqual([frames.length, links.length], before);
    },
  },
  {
    name: "a stopped port can be started again",
    async run(world) {
      await started(world);
      await world.port.stop();
      await exchange(world, await started(world));
    },
  },
];

const sending: readonly CanPortCase[] = [
  {
    name: "own frames come back as tx in the order of sending",
    async run(world) {
      const recording = await started(world);
      for (let index = 0; index < QUEUE_LIMIT; index++) assert.equal(world.port.send(numbered(index)), "queued");
      await world.until(() => recording.frames.length >= QUEUE_LIMIT, "all own frames are back");
      assert.deepEqual(recording.of("tx").map(({ id }) => id), [0, 1, 2, 3, 4, 5, 6, 7].map((n) => 0x19feda00 + n));
      assert.equal(world.port.status().txFrames, QUEUE_LIMIT);
      assert.equal(world.port.status().rxFrames, 0);
      assert.equal(world.port.status().queued, 0);
    },
  },
  {
    name: "sent frames reach the other node unchanged, with 0 to 8 bytes and the smallest and largest identifier",
    async run(world) {
      await started(world);
      const sent = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((length) => ({
        id: length === 0 ? 0 : length === 8 ? 0x1fffffff : 0x18ea0000 + length,
        data: Uint8Array.from({ length }, (_, index) => 0xf0 + index),
      }));
      for (const frame of sent) {
        assert.equal(world.port.send(frame), "queued");
        await world.settle();
      }
      await world.until(() => world.peerReceived.length >= sent.length, "all frames are there");
      for (const [index, { id, data, extended, direction }] of world.peerReceived.entries()) {
        assert.deepEqual({ id, data: [...data] }, { id: sent[index]?.id, data: [...sent[index]?.data ?? []] });
        assert.deepEqual({ extended, direction }, { extended: true, direction: "rx" });
      }
    },
  },
  {
    name: "changing the data after send() does not change the frame",
    async run(world) {
      const recording = await started(world);
      const data = Uint8Array.of(1, 2, 3);
      world.port.send({ id: 0x18ef0001, data });
      data.fill(9);
      await world.until(() => recording.frames.length > 0, "the frame is back");
      assert.deepEqual([...recording.frames[0]?.data ?? []], [1, 2, 3]);
    },
  },
  {
    name: "send() refuses a frame that no bus can carry, and counts it",
    async run(world) {
      const recording = await started(world);
      assert.equal(world.port.send({ id: 0x18ef0001, data: new Uint8Array(9) }), "down");
      assert.equal(world.port.send({ id: 0x20000000, data: new Uint8Array(8) }), "down");
      assert.equal(world.port.send({ id: -1, data: new Uint8Array(8) }), "down");
      await world.settle();
      assert.equal(world.port.status().txDropped, 3);
      assert.equal(recording.frames.length, 0);
    },
  },
];

const receiving: readonly CanPortCase[] = [
  {
    name: "frames of another node arrive as rx, in order, with name, bytes and time",
    async run(world) {
      const recording = await started(world);
      for (let index = 0; index < 100; index++) {
        world.peerSend(numbered(index));
        if (index % QUEUE_LIMIT === 0) await world.settle();
      }
      await world.until(() => recording.frames.length >= 100, "all frames are there");
      for (const [index, frame] of recording.frames.entries()) {
        assert.equal(frame.id, 0x19feda00 + index);
        assert.deepEqual([...frame.data], [index, 0xa5]);
        assert.equal(frame.interfaceName, world.port.interfaceName);
        assert.equal(frame.direction, "rx");
        assert.equal(frame.extended, true);
        assert.ok(frame.timestampMs > Date.UTC(2020, 0), `the time ${frame.timestampMs} is a wall clock's`);
        assert.ok(frame.timestampMs >= (recording.frames[index - 1]?.timestampMs ?? 0), "time does not run backwards");
      }
      assert.equal(world.port.status().rxFrames, 100);
      assert.equal(world.port.status().rxDropped, 0);
    },
  },
  {
    name: "a frame handed out is not changed by later ones",
    async run(world) {
      const recording = await started(world);
      world.peerSend(numbered(1));
      await world.until(() => recording.frames.length === 1, "the first frame is there");
      for (let index = 2; index < 10; index++) world.peerSend(numbered(index));
      await world.until(() => recording.frames.length === 9, "the others are there");
      assert.deepEqual([...recording.frames[0]?.data ?? []], [1, 0xa5]);
    },
  },
];

const links: readonly CanPortCase[] = [
  {
    name: "an interface that goes down is a state, and it carries on when it is up again",
    run: (world) => loseAndRegain(world, "down"),
  },
  {
    name: "an interface that is unplugged is missing, and it carries on when it is back",
    run: (world) => loseAndRegain(world, "missing"),
  },
  {
    name: "bus-off is a state, and it carries on after the restart",
    async run(world) {
      await loseAndRegain(world, "busOff");
      assert.ok(world.port.status().errorFrames >= 1);
    },
  },
  {
    name: "an error-passive controller still sends and receives",
    async run(world) {
      const recording = await started(world);
      await world.setLink("errorPassive");
      await world.until(() => world.port.status().link === "errorPassive", "the link is errorPassive");
      await exchange(world, recording);
      await world.setLink("up");
      await world.until(() => world.port.status().link === "up", "the link is up again");
      assert.deepEqual(recording.links.map(({ link }) => link), ["up", "errorPassive", "up"]);
    },
  },
  {
    name: "an interface that is missing at the start is used when it appears",
    async run(world) {
      await world.setLink("missing");
      const recording = new Recording();
      await world.port.start(recording);
      await world.until(() => world.port.status().link === "missing", "the link is missing");
      assert.equal(world.port.send(numbered(1)), "down");
      await world.setLink("up");
      await world.until(() => world.port.status().link === "up", "the link is up");
      await exchange(world, recording);
      assert.deepEqual(recording.links.map(({ link }) => link), ["missing", "up"]);
    },
  },
];

/** Cases that fill the send queue: only a bus that the test can hold up has them. */
const queue: readonly CanPortCase[] = [
  {
    name: "a full send queue refuses frames, counts them, and sends the others in order",
    async run(world) {
      const recording = await started(world);
      const answers = Array.from({ length: QUEUE_LIMIT + 2 }, (_, index) => world.port.send(numbered(index)));
      assert.deepEqual(answers.slice(0, QUEUE_LIMIT), Array(QUEUE_LIMIT).fill("queued"));
      assert.deepEqual(answers.slice(QUEUE_LIMIT), ["full", "full"]);
      assert.equal(world.port.status().queued, QUEUE_LIMIT);
      assert.equal(world.port.status().txDropped, 2);
      await world.until(() => recording.frames.length >= QUEUE_LIMIT, "what was taken is sent");
      await world.settle();
      assert.deepEqual(recording.frames.map(({ id }) => id - 0x19feda00), [0, 1, 2, 3, 4, 5, 6, 7]);
      assert.equal(world.port.status().queued, 0);
    },
  },
];

/** All cases, in the order of reading. */
export const canPortCases: readonly CanPortCase[] = [...life, ...sending, ...receiving, ...links, ...queue];

/** How an implementation takes part. */
export interface CanPortImplementation {
  readonly name: string;
  open(): Promise<CanPortWorld>;
  /** Name of a case → why this implementation cannot have it. */
  readonly skips: Readonly<Record<string, string>>;
}

/** Runs one case in a world of its own. @throws what the case throws. */
export async function runCanPortCase(testCase: CanPortCase, implementation: CanPortImplementation): Promise<void> {
  const world = await implementation.open();
  try {
    await testCase.run(world);
  } finally {
    await world.close();
  }
}

/** Registers the suite with Deno's test runner. */
export function testCanPort(implementation: CanPortImplementation): void {
  const unknown = Object.keys(implementation.skips).filter((name) => !canPortCases.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`Cannot skip "${unknown.join('", "')}": the suite has no such case`);
  for (const testCase of canPortCases) {
    const reason = implementation.skips[testCase.name];
    if (reason !== undefined) continue;
    Deno.test(`${implementation.name}: ${testCase.name}`, () => runCanPortCase(testCase, implementation));
  }
}
