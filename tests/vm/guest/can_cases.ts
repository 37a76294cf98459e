/**
 * SocketCAN in a real kernel: the suite of all ports on vcan, and what only a kernel can show. Imported by the host for
 * the names, run inside by `can_guest.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type CanFrame, type CanLink, CanRecorder, SocketCanPoller, SocketCanPort } from "../../../lib/can/mod.ts";
import {
  canPortCases,
  type CanPortImplementation,
  type CanPortWorld,
  QUEUE_LIMIT,
  Recording,
  runCanPortCase,
} from "../../suites/can_port_suite.ts";
import { type GuestCase, pause, printInfo, sh, until } from "./report.ts";

/** What makes vcan show each state; numbers are those of the kernel's include/uapi/linux/can/error.h. */
function linkCommand(name: string, link: CanLink): string {
  switch (link) {
    case "up":
      return `ip link add ${name} type vcan 2>/dev/null; ip link set ${name} up; ` +
        `cansend ${name} 20000100#0000000000000000`;
    case "down":
      return `ip link set ${name} down`;
    case "missing":
      return `ip link del ${name}`;
    case "busOff":
      return `cansend ${name} 20000040#0000000000000000`;
    case "errorPassive":
      return `cansend ${name} 20000004#0010000000000000`;
    default:
      return link satisfies never;
  }
}

async function openWorld(): Promise<CanPortWorld> {
  const name = "vcan0";
  await sh(`ip link add ${name} type vcan; ip link set ${name} up`);
  const poller = new SocketCanPoller();
  const port = new SocketCanPort(name, { poller, queueLimit: QUEUE_LIMIT });
  const peer = new SocketCanPort(name, { poller });
  const peerReceived: CanFrame[] = [];
  const keep = (frames: readonly CanFrame[]) =>
    void peerReceived.push(...frames.filter(({ direction }) => direction === "rx"));
  await peer.start({ onFrames: keep, onLink() {} });
  return {
    port,
    peerReceived,
    peerSend: (frame) => void peer.send(frame),
    async setLink(link) {
      await sh(linkCommand(name, link));
      await until(() => peer.status().link === link, { what: `the peer is ${link}` });
    },
    until: (condition, what) => until(condition, { what }),
    settle: () => pause(15),
    async close() {
      await port.stop();
      await peer.stop();
      await sh(`ip link del ${name} 2>/dev/null; true`);
    },
  };
}

/** The suite on vcan. */
export const socketCan: CanPortImplementation = {
  name: "SocketCanPort",
  open: openWorld,
  skips: {
    "a full send queue refuses frames, counts them, and sends the others in order":
      "vcan never holds a frame up; lib/can/socketcan_test.ts fills the queue with a kernel that answers ENOBUFS",
  },
};

interface Opened {
  readonly port: SocketCanPort;
  readonly recording: Recording;
}

/** Makes vcan interfaces and a port on each, and takes everything away afterwards. */
async function withPorts(names: readonly string[], body: (opened: readonly Opened[]) => Promise<void>): Promise<void> {
  const poller = new SocketCanPoller();
  const opened: Opened[] = [];
  try {
    for (const name of names) {
      await sh(`ip link add ${name} type vcan; ip link set ${name} up`);
      const port = new SocketCanPort(name, { poller });
      const recording = new Recording();
      await port.start(recording);
      opened.push({ port, recording });
    }
    await body(opened);
  } finally {
    for (const { port } of opened) await port.stop();
    for (const name of names) await sh(`ip link del ${name} 2>/dev/null; true`);
  }
}

/** Sockets that hear every frame of vcan0. */
function receivers(): number {
  return Deno.readTextFileSync("/proc/net/can/rcvlist_all").split("\n").filter((line) => line.includes("vcan0")).length;
}

/** Waits until one more hears than before. */
function listening(before: number): Promise<void> {
  return until(() => receivers() > before, { what: "candump listens" });
}

const tools: readonly GuestCase[] = [
  {
    name: "SocketCanPort receives what cansend sends, with the kernel's time",
    run: () =>
      withPorts(["vcan0"], async ([opened]) => {
        const { recording } = opened!;
        await sh("cansend vcan0 19FEDA8E#01FFC8FC0000FF7F");
        await until(() => recording.frames.length === 1, { what: "the frame is there" });
        const [frame] = recording.frames;
        assert.equal(frame?.id, 0x19feda8e);
        assert.deepEqual([...frame?.data ?? []], [0x01, 0xff, 0xc8, 0xfc, 0, 0, 0xff, 0x7f]);
        assert.equal(frame?.direction, "rx");
        assert.ok(Math.abs(Date.now() - (frame?.timestampMs ?? 0)) < 10_000);
      }),
  },
  {
    name: "candump shows what SocketCanPort sends",
    run: () =>
      withPorts(["vcan0"], async ([opened]) => {
        const before = receivers();
        const dump = new Deno.Command("candump", { args: ["-L", "-n", "2", "vcan0"], stdout: "piped" }).spawn();
        await listening(before);
        opened!.port.send({ id: 0x19fedb44, data: Uint8Array.of(1, 0xff, 0xc8, 0, 0xff, 0, 0xff, 0xff) });
        opened!.port.send({ id: 0x00000000, data: new Uint8Array() });
        const text = new TextDecoder().decode((await dump.output()).stdout);
        assert.match(text, /vcan0 19FEDB44#01FFC800FF00FFFF\n.*vcan0 00000000#\n/);
      }),
  },
  {
    name: "standard, remote and CAN FD frames are counted and not handed out",
    run: () =>
      withPorts(["vcan0"], async ([opened]) => {
        const { port, recording } = opened!;
        await sh("cansend vcan0 123#01; cansend vcan0 123#R; cansend vcan0 19FEDA8E#R; cansend vcan0 19FEDA8E#02");
        await until(() => recording.frames.length === 1, { what: "the one data frame is there" });
        assert.equal(port.status().ignoredFrames, 3);
        assert.equal(port.status().rxFrames, 1);
      }),
  },
];

const kernel: readonly GuestCase[] = [
  {
    name: "filters let the kernel drop what nobody asked for",
    async run() {
      await sh("ip link add vcan0 type vcan; ip link set vcan0 up");
      const port = new SocketCanPort("vcan0", { filters: [{ id: 0x01feda00, mask: 0x01ffff00 }] });
      const recording = new Recording();
      await port.start(recording);
      await sh("cansend vcan0 19FEDA8E#01; cansend vcan0 19FEDB8E#02; cansend vcan0 0DFEDA44#03");
      await until(() => recording.frames.length === 2, { what: "two frames are there" });
      assert.deepEqual(recording.frames.map(({ data }) => data[0]), [1, 3]);
      await port.stop();
      await sh("ip link del vcan0");
    },
  },
  {
    name: "two interfaces share one poller and keep their frames apart",
    run: () =>
      withPorts(["vcan0", "vcan1"], async ([first, second]) => {
        await sh("cansend vcan0 19FEDA8E#00; cansend vcan1 19FEDA8E#01");
        first!.port.send({ id: 1, data: Uint8Array.of(0) });
        second!.port.send({ id: 2, data: Uint8Array.of(1) });
        for (const [index, { recording, port }] of [first!, second!].entries()) {
          await until(() => recording.frames.length === 2, { what: `both frames of ${port.interfaceName}` });
          assert.deepEqual(recording.frames.map(({ interfaceName, data }) => [interfaceName, data[0]]), [
            [`vcan${index}`, index],
            [`vcan${index}`, index],
          ]);
        }
        await sh("ip link del vcan0");
        await until(() => first!.port.status().link === "missing", { what: "vcan0 is missing" });
        await sh("cansend vcan1 19FEDA8E#02");
        await until(() => second!.recording.frames.length === 3, { what: "vcan1 carries on" });
        assert.equal(second!.port.status().link, "up");
      }),
  },
  {
    name: "an interface that is deleted and made anew between two looks is opened again",
    run: () =>
      withPorts(["vcan0"], async ([opened]) => {
        await sh("ip link del vcan0; ip link add vcan0 type vcan; ip link set vcan0 up");
        await until(() => opened!.recording.links.some(({ link }) => link === "missing"), { what: "the loss is told" });
        await until(() => opened!.port.status().link === "up", { what: "it is up again" });
        await sh("cansend vcan0 19FEDA8E#05");
        await until(() => opened!.recording.frames.length === 1, { what: "the frame is there" });
      }),
  },
  {
    name: "an interface that is no CAN interface, and a name that none can have, are errors in a sentence",
    async run() {
      const listener = new Recording();
      await assert.rejects(
        new SocketCanPort("lo").start(listener),
        /^Error: Cannot open CAN interface "lo": it is a network interface, but not a CAN interface$/,
      );
      await assert.rejects(new SocketCanPort("a/b").start(listener), /Cannot open CAN interface "a\/b": the name has/);
      assert.equal(listener.links.some(({ link }) => link === "up"), false);
    },
  },
  {
    name: "stop() settles at once although nothing comes",
    run: () =>
      withPorts(["vcan0"], async ([opened]) => {
        let isOver = false;
        void opened!.port.stop().then(() => isOver = true);
        await until(() => isOver, { what: "stop() is over" });
      }),
  },
];

const FLOOD_FRAMES = 20_000;
const BURST_FRAMES = 500;

const counted: readonly GuestCase[] = [
  {
    name: "frames that the kernel had to drop because nobody read are counted",
    async run() {
      await sh("ip link add vcan0 type vcan; ip link set vcan0 up");
      const port = new SocketCanPort("vcan0", { receiveBufferBytes: 4096 });
      const recording = new Recording();
      await port.start(recording);
      let sent = 0;
      while (sent < BURST_FRAMES) port.send({ id: sent++, data: new Uint8Array(8) });
      const last = () => recording.frames.at(-1)?.id ?? 0;
      // The kernel tells its count with the next frame that finds room.
      do {
        port.send({ id: sent++, data: new Uint8Array() });
        await pause(5);
      } while (last() !== sent - 1);
      const { rxDropped } = port.status();
      assert.ok(rxDropped > 0, "frames were dropped");
      assert.equal(recording.frames.length + rxDropped, sent);
      await port.stop();
      await sh("ip link del vcan0");
    },
  },
  {
    name: "CanRecorder writes byte for byte what candump -L writes",
    run: () =>
      withPorts(["vcan0"], async ([opened]) => {
        const before = receivers();
        const dump = new Deno.Command("candump", { args: ["-L", "-n", "52", "vcan0"], stdout: "piped" }).spawn();
        await listening(before);
        const recorder = new CanRecorder("/root/recorded.log", { direction: false, overwrite: true });
        await recorder.start();
        for (let sent = 0; sent < 50; sent++) {
          opened!.port.send({
            id: 0x19fe0000 + sent,
            data: Uint8Array.from({ length: sent % 9 }, (_, byte) => sent + byte),
          });
        }
        await sh("cansend vcan0 00000001#; cansend vcan0 1FFFFFFF#0123456789ABCDEF");
        const dumped = new TextDecoder().decode((await dump.output()).stdout);
        await until(() => opened!.recording.frames.length === 52, { what: "all frames are there" });
        recorder.record(opened!.recording.frames);
        await recorder.stop();
        assert.equal(await Deno.readTextFile("/root/recorded.log"), dumped);
      }),
  },
];

const load: readonly GuestCase[] = [
  {
    name: "a flood on two interfaces arrives whole and in order, with no drop counted",
    run: () =>
      withPorts(["vcan0", "vcan1"], async (opened) => {
        const startMs = performance.now();
        for (let sent = 0; sent < FLOOD_FRAMES;) {
          for (let burst = 0; burst < 100; burst++, sent++) {
            const data = Uint8Array.of(sent & 255, (sent >> 8) & 255, (sent >> 16) & 255, 0, 0, 0, 0, 0);
            for (const { port } of opened) assert.equal(port.send({ id: 0x19feda00, data }), "queued");
          }
          await pause(0);
        }
        for (const { port, recording } of opened) {
          await until(() => recording.frames.length >= FLOOD_FRAMES, { what: "all frames are back" });
          const order = recording.frames.every(({ data }, index) =>
            data[0] === (index & 255) && data[1] === ((index >> 8) & 255)
          );
          assert.ok(order, "the frames are in order");
          assert.equal(port.status().rxDropped, 0);
        }
        const seconds = (performance.now() - startMs) / 1000;
        printInfo("flood", { framesPerSecond: Math.round(2 * FLOOD_FRAMES / seconds) });
      }),
  },
  {
    name: "cangen at full speed is received without a drop",
    run: () =>
      withPorts(["vcan0"], async ([opened]) => {
        const status = () => opened!.port.status();
        // What the socket holds when we get no processor in the meantime.
        const atOnce = 4000;
        for (let sent = atOnce; sent <= FLOOD_FRAMES; sent += atOnce) {
          await sh(`cangen vcan0 -g 0 -e -n ${atOnce} -I 19FEDA8E -L 8 -D i -p 10`);
          await until(() => status().rxFrames + status().rxDropped >= sent, { what: `${sent} frames are there` });
        }
        assert.equal(status().rxDropped, 0);
      }),
  },
];

/** All cases, in the order in which they run. */
export const canCases: readonly GuestCase[] = [
  ...canPortCases.filter(({ name }) => !(name in socketCan.skips)).map((testCase) => ({
    name: `${socketCan.name}: ${testCase.name}`,
    run: () => runCanPortCase(testCase, socketCan),
  })),
  ...tools,
  ...kernel,
  ...counted,
  ...load,
];
