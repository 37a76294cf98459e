import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { type OutgoingFrame, type SocketCanOptions, SocketCanPort } from "./mod.ts";
import type { PortCalls } from "./socketcan.ts";
import { linkOfErrorFrame, openError } from "./socketcan_errors.ts";
import { ERRNO } from "./socketcan_ffi.ts";
import { Recording } from "../../tests/suites/can_port_suite.ts";

/** A kernel that answers as told. The real one is in `tests/vm/can_test.ts`. */
class FakeKernel implements PortCalls {
  socketAnswer = 3;
  bindAnswer = 0;
  /** Index of the interface, 0 for none. */
  index = 7;
  up = true;
  running = true;
  /** What each `send` answers; the last one stays. */
  sendAnswers: number[] = [16];
  readonly sent: OutgoingFrame[] = [];
  readonly open = new Set<number>();
  users = 0;

  openSocket(): number {
    if (this.socketAnswer > 0) this.open.add(this.socketAnswer);
    return this.socketAnswer;
  }
  interfaceIndex(): number {
    return this.index;
  }
  configure(): number {
    return 0;
  }
  bind(): number {
    return this.bindAnswer;
  }
  flags() {
    return this.index === 0 ? undefined : { up: this.up, running: this.running };
  }
  sendFrame(_fd: number, frame: OutgoingFrame): number {
    const answer = this.sendAnswers.length > 1 ? this.sendAnswers.shift()! : this.sendAnswers[0]!;
    if (answer > 0) this.sent.push({ id: frame.id, data: frame.data.slice() });
    return answer;
  }
  receive(): number {
    return -ERRNO.EAGAIN;
  }
  close(fd: number): void {
    this.open.delete(fd);
  }
}

async function opened(options: SocketCanOptions = {}, kernel = new FakeKernel()) {
  const clock = new ManualClock();
  const poller = {
    acquire: () => (kernel.users++, kernel),
    release: () => Promise.resolve(void kernel.users--),
    add() {},
    remove: () => Promise.resolve(),
  };
  const port = new SocketCanPort("can0", { clock, poller, ...options });
  const recording = new Recording();
  await port.start(recording);
  return { kernel, clock, port, recording };
}

const numbered = (id: number): OutgoingFrame => ({ id, data: Uint8Array.of(id) });

Deno.test("SocketCanPort keeps the order when the transmit queue is full, and sends the rest when it has room", async () => {
  const { kernel, clock, port } = await opened();
  kernel.sendAnswers = [16, -ERRNO.ENOBUFS, -ERRNO.ENOBUFS, -ERRNO.EAGAIN, 16, -ERRNO.ENOBUFS, 16];
  for (let id = 0; id < 5; id++) assert.equal(port.send(numbered(id)), "queued");
  assert.equal(port.status().queued, 4);
  clock.advance(100);
  assert.deepEqual(kernel.sent.map(({ id }) => id), [0, 1, 2, 3, 4]);
  assert.equal(port.status().queued, 0);
  assert.equal(port.status().txDropped, 0);
  await port.stop();
});

Deno.test("SocketCanPort refuses frames when its own queue is full, and counts them", async () => {
  const { kernel, port } = await opened({ queueLimit: 3 });
  kernel.sendAnswers = [-ERRNO.ENOBUFS];
  const answers = [0, 1, 2, 3, 4].map((id) => port.send(numbered(id)));
  assert.deepEqual(answers, ["queued", "queued", "queued", "full", "full"]);
  assert.equal(port.status().txDropped, 2);
  await port.stop();
});

Deno.test("SocketCanPort drops a frame that could not be sent for a second instead of sending it late", async () => {
  const { kernel, clock, port } = await opened();
  kernel.sendAnswers = [-ERRNO.ENOBUFS];
  port.send(numbered(1));
  clock.advance(900);
  port.send(numbered(2));
  clock.advance(200);
  assert.equal(port.status().txDropped, 1);
  kernel.sendAnswers = [16];
  clock.advance(10);
  assert.deepEqual(kernel.sent.map(({ id }) => id), [2]);
  await port.stop();
});

Deno.test("SocketCanPort.discard() drops what waits for room in the transmit queue, and sends what comes after", async () => {
  const { kernel, clock, port } = await opened();
  kernel.sendAnswers = [16, -ERRNO.ENOBUFS];
  for (const id of [0, 1, 2]) port.send(numbered(id));
  port.discard();
  assert.deepEqual([port.status().queued, port.status().txDropped], [0, 2]);
  kernel.sendAnswers = [-ERRNO.ENOBUFS, 16];
  assert.equal(port.send(numbered(3)), "queued");
  clock.advance(10);
  assert.deepEqual(kernel.sent.map(({ id }) => id), [0, 3]);
  await port.stop();
  assert.equal(clock.pending, 0);
});

Deno.test("SocketCanPort loses what is queued when the interface goes down, and counts each frame once", async () => {
  const { kernel, clock, port, recording } = await opened();
  kernel.sendAnswers = [-ERRNO.ENOBUFS, -ERRNO.ENETDOWN];
  port.send(numbered(1));
  port.send(numbered(2));
  kernel.up = false;
  clock.advance(2);
  assert.equal(port.status().txDropped, 2);
  assert.equal(port.status().queued, 0);
  assert.deepEqual(recording.links.map(({ link }) => link), ["up", "down"]);
  assert.match(port.status().problem ?? "", /ip link set can0 up type can bitrate 250000 restart-ms 100/);
  await port.stop();
});

Deno.test("SocketCanPort takes a lost carrier for bus-off, and its return for the end of it", async () => {
  const { kernel, clock, port, recording } = await opened();
  kernel.running = false;
  clock.advance(250);
  assert.equal(port.send(numbered(1)), "down");
  assert.match(port.status().problem ?? "", /restart-ms/);
  kernel.running = true;
  clock.advance(250);
  assert.deepEqual(recording.links.map(({ link }) => link), ["up", "busOff", "up"]);
  await port.stop();
});

Deno.test("SocketCanPort closes the socket of an interface that is gone, and opens another when it is back", async () => {
  const { kernel, clock, port, recording } = await opened();
  kernel.index = 0;
  clock.advance(250);
  await Promise.resolve();
  kernel.socketAnswer = 4;
  kernel.index = 9;
  clock.advance(250);
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  assert.deepEqual([...kernel.open], [4]);
  assert.deepEqual(recording.links.map(({ link }) => link), ["up", "missing", "up"]);
  await port.stop();
  assert.deepEqual([kernel.open.size, kernel.users, clock.pending], [0, 0, 0]);
});

Deno.test("SocketCanPort.start() throws what can never work, and leaves nothing open", async () => {
  const kernel = new FakeKernel();
  kernel.socketAnswer = -ERRNO.EAFNOSUPPORT;
  await assert.rejects(opened({}, kernel), /this kernel offers no raw CAN sockets .*modprobe can-raw/);
  kernel.socketAnswer = -ERRNO.EPERM;
  await assert.rejects(opened({}, kernel), /no permission for raw CAN sockets/);
  kernel.socketAnswer = 3;
  kernel.bindAnswer = -ERRNO.ENODEV;
  await assert.rejects(opened({}, kernel), /it is a network interface, but not a CAN interface/);
  assert.deepEqual([kernel.open.size, kernel.users], [0, 0]);
});

Deno.test("openError() names the call and the number when it knows no better", () => {
  const error = openError("can0", { step: "bind", errno: 42 });
  assert.equal(error.message, `Cannot open CAN interface "can0": the kernel refuses "bind" with error 42`);
});

Deno.test("linkOfErrorFrame() reads the classes of the kernel's error.h", () => {
  const rows = [
    { errorClass: 0x40, data: [], link: "busOff" },
    { errorClass: 0x100, data: [], link: "up" },
    { errorClass: 0x4, data: [0, 0x10], link: "errorPassive" },
    { errorClass: 0x4, data: [0, 0x20], link: "errorPassive" },
    { errorClass: 0x4, data: [0, 0x04], link: "up" },
    { errorClass: 0x4, data: [0, 0x40], link: "up" },
    { errorClass: 0x4, data: [0, 0x01], link: undefined },
    { errorClass: 0x20, data: [], link: undefined },
    { errorClass: 0x88, data: [0, 0, 0x10], link: undefined },
  ];
  for (const { errorClass, data, link } of rows) {
    assert.equal(linkOfErrorFrame(errorClass, Uint8Array.from(data)), link, `class ${errorClass} data ${data}`);
  }
});
