import assert from "node:assert/strict";
import type { OutgoingFrame } from "../can/types.ts";
import { latin1Of, Transport, type TransportEvent, type TransportStep } from "./mod.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function text(frame: OutgoingFrame): string {
  const data = [...frame.data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${frame.id.toString(16).padStart(8, "0")}#${data}`.toUpperCase();
}

function feed(transport: Transport, line: string, nowMs: number): TransportStep {
  const [id = "", data = ""] = line.split("#");
  return transport.onFrame({ id: Number.parseInt(id, 16), data: bytes(data) }, nowMs);
}

/** Two nodes on a wire: runs until nothing is left to send. */
function converse(a: Transport, b: Transport, options: { first: TransportStep; endMs: number }): TransportEvent[] {
  const events: TransportEvent[] = [...options.first.events];
  let pending = options.first.frames.map((frame) => ({ frame, to: b }));
  for (let nowMs = 0; nowMs <= options.endMs; nowMs += 10) {
    const steps: [TransportStep, Transport][] = [[a.tick(nowMs), b], [b.tick(nowMs), a]];
    for (const [step, to] of steps) {
      events.push(...step.events);
      pending.push(...step.frames.map((frame) => ({ frame, to })));
    }
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      for (const { frame, to } of batch) {
        const step = to.onFrame(frame, nowMs);
        events.push(...step.events);
        pending.push(...step.frames.map((answer) => ({ frame: answer, to: to === a ? b : a })));
      }
    }
  }
  return events;
}

const announce = "18ECFF42#20150003FFEBFE00";
const packets = ["18EBFF42#0141434D452A5158", "18EBFF42#022D3132352A4134", "18EBFF42#033332333434332A"];

Deno.test("onFrame() puts the product identification of RV-C 2023-11, 3.2.8 together", () => {
  const transport = new Transport();
  assert.deepEqual(feed(transport, announce, 0).events, []);
  assert.deepEqual(feed(transport, packets[0]!, 60).events, []);
  assert.deepEqual(feed(transport, packets[1]!, 120).events, []);
  const [event] = feed(transport, packets[2]!, 180).events;
  assert.ok(event?.kind === "message");
  assert.deepEqual(event.address, { dgn: 0xfeeb, priority: 6, sourceAddress: 0x42 });
  assert.equal(latin1Of(event.data), "ACME*QX-125*A4323443*");
  assert.equal(transport.sessions, 0);
  assert.equal(transport.nextDueMs, undefined);
});

Deno.test("onFrame() ignores a packet that repeats the last one, and drops the message on a gap", () => {
  const doubled = new Transport();
  const all = [announce, packets[0]!, packets[0]!, packets[1]!, packets[1]!, packets[2]!, packets[2]!];
  const events = all.flatMap((line, i) => feed(doubled, line, i * 50).events);
  assert.deepEqual(events.map(({ kind }) => kind), ["message"]);
  const gap = new Transport();
  const dropped = [announce, packets[0]!, packets[2]!].flatMap((line, i) => feed(gap, line, i * 50).events);
  assert.equal(dropped.length, 1);
  assert.ok(dropped[0]?.kind === "dropped" && /packet 3 came, expected 2/.test(dropped[0].reason));
});

Deno.test("tick() drops a message after 750 ms without a packet, and not before", () => {
  const transport = new Transport();
  feed(transport, announce, 0);
  feed(transport, packets[0]!, 500);
  assert.equal(transport.nextDueMs, 1250);
  assert.deepEqual(transport.tick(1249).events, []);
  assert.equal(transport.tick(1250).events[0]?.kind, "dropped");
  assert.deepEqual(feed(transport, packets[1]!, 1300).events, []);
});

Deno.test("a new INITIAL_PACKET of a node drops its old message, and no other node's", () => {
  const transport = new Transport();
  feed(transport, announce, 0);
  feed(transport, announce.replace("FF42", "FF43"), 0);
  assert.equal(transport.sessions, 2);
  const [event] = feed(transport, announce, 10).events;
  assert.ok(event?.kind === "dropped" && event.address === 0x42);
  assert.equal(transport.sessions, 2);
});

Deno.test("a message is cut to its announced length, and impossible announcements are dropped", () => {
  const transport = new Transport();
  feed(transport, "18ECFF42#20090002FFEBFE00", 0);
  feed(transport, "18EBFF42#0141424344454647", 50);
  const [event] = feed(transport, "18EBFF42#0248494A4B4C4D4E", 100).events;
  assert.ok(event?.kind === "message" && latin1Of(event.data) === "ABCDEFGHI");
  for (const bad of ["20000000FFEBFE00", "20FFFFFFFFEBFE00", "20150002FFEBFE00"]) {
    assert.equal(feed(transport, `18ECFF42#${bad}`, 200).events[0]?.kind, "dropped", bad);
  }
  assert.equal(transport.sessions, 0);
});

Deno.test("send() broadcasts at least 50 ms apart", () => {
  const sender = new Transport();
  assert.equal(sender.send({ dgn: 0xfeeb, data: new Uint8Array(21) }, 0), undefined, "no address yet");
  sender.setAddress(0x42);
  const data = Uint8Array.from("ACME*QX-125*A4323443*", (char) => char.charCodeAt(0));
  const first = sender.send({ dgn: 0xfeeb, data }, 0)!;
  assert.deepEqual(first.frames.map(text), [announce]);
  assert.equal(sender.send({ dgn: 0xfeeb, data }, 0), undefined, "one broadcast at a time");
  assert.deepEqual(sender.tick(49).frames, []);
  const sent = [50, 100, 150].flatMap((nowMs) => sender.tick(nowMs).frames.map(text));
  assert.deepEqual(sent, packets);
  assert.equal(sender.sessions, 0);
  assert.throws(() => sender.send({ dgn: 0xfeeb, data: new Uint8Array(8) }, 0), RangeError);
  assert.throws(() => sender.send({ dgn: 0xfeeb, data: new Uint8Array(1786) }, 0), RangeError);
});

Deno.test("two nodes exchange the longest message by RTS and CTS", () => {
  const [a, b] = [new Transport(), new Transport()];
  a.setAddress(0x80);
  b.setAddress(0x03);
  const data = Uint8Array.from({ length: 1785 }, (_, i) => i * 7);
  const events = converse(a, b, { first: a.send({ dgn: 0xef00, data, destination: 0x03 }, 0)!, endMs: 1000 });
  assert.deepEqual(events.map(({ kind }) => kind), ["message", "sent"]);
  const [message] = events;
  assert.ok(message?.kind === "message");
  assert.deepEqual(message.address, { dgn: 0xef00, priority: 6, sourceAddress: 0x80, destination: 0x03 });
  assert.deepEqual(message.data, data);
  assert.equal(a.sessions + b.sessions, 0);
});

Deno.test("two nodes exchange broadcasts through the same machines", () => {
  const [a, b] = [new Transport(), new Transport()];
  a.setAddress(0x80);
  const data = Uint8Array.from({ length: 100 }, (_, i) => i);
  const events = converse(a, b, { first: a.send({ dgn: 0x1ffce, data }, 0)!, endMs: 2000 });
  assert.deepEqual(events.map(({ kind }) => kind).sort(), ["message", "sent"]);
});

Deno.test("onFrame() answers RTS with CTS, and gaps and time-outs with an abort", () => {
  const us = new Transport();
  us.setAddress(0x80);
  const rts = "1CEC8003#10150003FFEBFE00";
  assert.deepEqual(feed(us, rts, 0).frames.map(text), ["1CEC0380#110301FFFFEBFE00"]);
  assert.deepEqual(feed(us, "1CEB8003#0241414141414141", 10).frames.map(text), ["1CEC0380#FF07FFFFFFEBFE00"]);
  assert.equal(us.sessions, 0);
  feed(us, rts, 100);
  assert.deepEqual(us.tick(1350).frames.map(text), ["1CEC0380#FF03FFFFFFEBFE00"]);
  assert.deepEqual(feed(us, "1CEC8103#10150003FFEBFE00", 2000).frames, [], "addressed to somebody else");
});

Deno.test("send() to a node gives up when it does not answer or aborts, and waits while it asks to hold", () => {
  const us = new Transport();
  us.setAddress(0x80);
  const message = { dgn: 0xfeeb, data: new Uint8Array(21), destination: 0x03 };
  us.send(message, 0);
  const timedOut = us.tick(1250);
  assert.equal(timedOut.events[0]?.kind, "dropped");
  assert.deepEqual(timedOut.frames.map(text), ["1CEC0380#FF03FFFFFFEBFE00"]);
  us.send(message, 2000);
  assert.equal(feed(us, "1CEC8003#FF01FFFFFFEBFE00", 2100).events[0]?.kind, "dropped");
  us.send(message, 3000);
  assert.deepEqual(feed(us, "1CEC8003#110001FFFFEBFE00", 3100).frames, []);
  assert.equal(us.nextDueMs, 4150);
  assert.equal(feed(us, "1CEC8003#110202FFFFEBFE00", 4000).frames.length, 2);
  assert.deepEqual(feed(us, "1CEC8003#13150003FFEBFE00", 4100).events, [
    { kind: "sent", dgn: 0xfeeb, destination: 0x03 },
  ]);
  us.send(message, 5000);
  assert.equal(feed(us, "1CEC8003#110109FFFFEBFE00", 5100).events[0]?.kind, "dropped", "packet 9 of 3");
});

Deno.test("setAddress() drops what the old address had under way, and keeps broadcasts of others", () => {
  const us = new Transport();
  us.setAddress(0x80);
  feed(us, announce, 0);
  feed(us, "1CEC8003#10150003FFEBFE00", 0);
  us.send({ dgn: 0xfeeb, data: new Uint8Array(21) }, 0);
  const { events } = us.setAddress(undefined);
  assert.deepEqual(events.map(({ kind }) => kind), ["dropped", "dropped"]);
  assert.equal(us.sessions, 1);
});

Deno.test("256 nodes that begin messages at once cannot take more than the bound", () => {
  const us = new Transport({ maxReceiving: 16 });
  for (let source = 0; source < 256; source++) {
    us.onFrame({ id: (0x18ecff00 | source) >>> 0, data: bytes("20F906FFFFEBFE00") }, source);
    assert.ok(us.sessions <= 16);
  }
});
