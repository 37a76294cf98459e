import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { logFile, type LogPieces, logText, type ReplayOptions, ReplayPort } from "./mod.ts";
import { QUEUE_LIMIT, Recording, testCanPort } from "../../tests/suites/can_port_suite.ts";

const NO_PEER = "a log has no other node that could send or receive";
const NO_LINK = "a log has no interface that could change its state";

testCanPort({
  name: "ReplayPort",
  skips: {
    "a stopped port can be started again": NO_PEER,
    "sent frames reach the other node unchanged, with 0 to 8 bytes and the smallest and largest identifier": NO_PEER,
    "frames of another node arrive as rx, in order, with name, bytes and time": NO_PEER,
    "a frame handed out is not changed by later ones": NO_PEER,
    "an interface that goes down is a state, and it carries on when it is up again": NO_LINK,
    "an interface that is unplugged is missing, and it carries on when it is back": NO_LINK,
    "bus-off is a state, and it carries on after the restart": NO_LINK,
    "an error-passive controller still sends and receives": NO_LINK,
    "an interface that is missing at the start is used when it appears": NO_LINK,
    "a full send queue refuses frames, counts them, and sends the others in order": "what is sent never has to wait",
  },
  open() {
    const clock = new ManualClock();
    // The one frame is a minute away, so that the port stays up.
    const source = logText("(000.000000) can0 123#\n(060.000000) can0 19FEDA8E#01\n");
    const port = new ReplayPort("replay0", { clock, source });
    const settle = async (ms: number) => {
      clock.advance(ms);
      for (let turn = 0; turn < QUEUE_LIMIT; turn++) await Promise.resolve();
    };
    return Promise.resolve({
      port,
      peerReceived: [],
      peerSend() {},
      setLink: () => Promise.reject(new Error(NO_LINK)),
      async until(condition, what) {
        for (let ms = 0; ms < 1000 && !condition(); ms++) await settle(1);
        assert.ok(condition(), `expected within 1,000 ms: ${what}`);
      },
      settle: () => settle(10),
      close: () => port.stop(),
    });
  },
});

/** Plays to the end of time and answers `played at ms: first data byte` for each frame. */
async function play(log: string, options: Partial<ReplayOptions> & { readonly forMs?: number } = {}) {
  const clock = new ManualClock();
  const port = new ReplayPort("replay0", { clock, source: logText(log, "test.log"), ...options });
  const played: string[] = [];
  const recording = new Recording();
  await port.start({
    onFrames(frames) {
      recording.onFrames(frames);
      for (const { data } of frames) played.push(`${Math.round(clock.monotonicMs())}: ${data[0]}`);
    },
    onLink: recording.onLink,
  });
  clock.advance(options.forMs ?? 600_000);
  const status = port.status();
  await port.stop();
  return { played, recording, status, port };
}

const THREE = "(1546300800.000000) can0 19FEDA8E#01\n(1546300800.100000) can1 19FEDA8E#02\n" +
  "(1546300802.000000) can0 19FEDA8E#03\n";

Deno.test("ReplayPort plays with the timing of the log, then tells that it is over", async () => {
  const { played, recording, status } = await play(THREE);
  assert.deepEqual(played, ["0: 1", "100: 2", "2000: 3"]);
  assert.deepEqual(recording.links.map(({ link }) => link), ["up", "down"]);
  assert.equal(status.problem, `the log "test.log" is over`);
  assert.equal(status.rxFrames, 3);
});

Deno.test("ReplayPort plays ten times as fast, and as fast as possible", async () => {
  assert.deepEqual((await play(THREE, { speed: 10 })).played, ["0: 1", "10: 2", "200: 3"]);
  assert.deepEqual((await play(THREE, { speed: 0 })).played, ["0: 1", "0: 2", "0: 3"]);
  assert.deepEqual((await play(THREE, { speed: Infinity })).played, ["0: 1", "0: 2", "0: 3"]);
  assert.throws(() => new ReplayPort("x", { source: logText(""), speed: -1 }), /speed is -1, expected 0 or more/);
});

Deno.test("ReplayPort waits while its taker cannot take more", async () => {
  let asked = 0;
  const { played } = await play(THREE, { speed: 0, hold: () => asked++ < 10 });
  assert.deepEqual(played, ["50: 1", "50: 2", "50: 3"]);
});

Deno.test("ReplayPort plays one interface of the log under its own name, in step with the others", async () => {
  const { played, recording } = await play(THREE, { fromInterface: "can1" });
  assert.deepEqual(played, ["100: 2"]);
  assert.equal(recording.frames[0]?.interfaceName, "replay0");
});

Deno.test("ReplayPort begins again when told to loop", async () => {
  const { played, status } = await play(THREE, { loop: true, forMs: 2_105 });
  assert.deepEqual(played, ["0: 1", "100: 2", "2000: 3", "2001: 1", "2101: 2"].slice(0, played.length));
  assert.ok(played.length >= 3);
  assert.equal(status.link, "up");
});

Deno.test("ReplayPort reads zero-based times, differences, and lines without a time", async () => {
  const line = (time: string, byte: number) => ` (${time})  can0  19FEDA8E   [1]  0${byte}\n`;
  const zero = line("000.000000", 1) + line("000.500000", 2) + line("000.700000", 3);
  assert.deepEqual((await play(zero)).played, ["0: 1", "500: 2", "700: 3"]);
  const delta = line("000.000000", 1) + line("000.500000", 2) + line("000.200000", 3) + line("000.300000", 4);
  assert.deepEqual((await play(delta)).played, ["0: 1", "500: 2", "700: 3", "1000: 4"]);
  const none = "  can0  19FEDA8E   [1]  01\n  can0  19FEDA8E   [1]  02\n";
  assert.deepEqual((await play(none)).played, ["1: 1", "2: 2"]);
});

Deno.test("ReplayPort cuts a jump of the recorder's clock short, and plays on when it goes back", async () => {
  const log = "(0000000010.000000) can0 19FEDA8E#01\n(1546300800.000000) can0 19FEDA8E#02\n" +
    "(0000000020.000000) can0 19FEDA8E#03\n";
  assert.deepEqual((await play(log, { maxGapMs: 1000 })).played, ["0: 1", "1000: 2", "1000: 3"]);
});

Deno.test("ReplayPort gives the time of playing, or the log's when asked", async () => {
  const now = await play(THREE);
  assert.deepEqual(now.recording.frames.map(({ timestampMs }) => timestampMs - Date.UTC(2026, 0)), [0, 100, 2000]);
  const kept = await play(THREE, { keepTimes: true });
  assert.equal(kept.recording.frames[1]?.timestampMs, 1546300800100);
});

Deno.test("ReplayPort plays on over bad lines, and counts them and what is no extended data frame", async () => {
  const { played, status, port } = await play(
    "garbage\n(1.0) can0 123#01\n(1.0) can0 19FEDA8E#R\n(1.0) can0 19FEDA8E#04",
  );
  assert.deepEqual(played, ["0: 4"]);
  assert.equal(status.ignoredFrames, 2);
  assert.equal(port.malformedLines, 1);
});

Deno.test("ReplayPort reads a file piece by piece, and names a file that is not there", async () => {
  const path = await Deno.makeTempFile();
  const lines = Array.from({ length: 20_000 }, (_, index) => `(1.0) can0 ${(0x19000000 + index).toString(16)}#01\n`);
  await Deno.writeTextFile(path, lines.join(""));
  const port = new ReplayPort("replay0", { source: logFile(path), speed: Infinity });
  const recording = new Recording();
  const over = Promise.withResolvers<void>();
  await port.start({
    onFrames: recording.onFrames,
    onLink: ({ link }) => void (link === "down" && over.resolve()),
  });
  await over.promise;
  assert.deepEqual(
    recording.frames.map(({ id }) => id - 0x19000000),
    Array.from({ length: 20_000 }, (_, index) => index),
  );
  await port.stop();
  await Deno.remove(path);
  await assert.rejects(new ReplayPort("replay0", { source: logFile(path) }).start(recording), /there is no such file$/);
});

Deno.test("ReplayPort stopped in the middle of a file closes it", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "(1.0) can0 19FEDA8E#01\n".repeat(50_000));
  const port = new ReplayPort("replay0", { source: logFile(path) });
  await port.start(new Recording());
  await port.stop();
  await port.stop();
  await Deno.remove(path);
});

Deno.test("ReplayPort tells of a read error as a state", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("(1.0) can0 19FEDA8E#01\n");
    await Promise.resolve();
    throw new Error("bad sector");
  }
  const failed = Promise.withResolvers<string | undefined>();
  const source = { name: "broken.log", open: (): Promise<LogPieces> => Promise.resolve(broken()) };
  const port = new ReplayPort("replay0", { source, speed: 0 });
  await port.start({ onFrames() {}, onLink: ({ link, problem }) => void (link === "down" && failed.resolve(problem)) });
  assert.equal(await failed.promise, `Cannot read the log "broken.log" on: bad sector`);
  await port.stop();
});
