import assert from "node:assert/strict";
import { AddressClaim, type ClaimStep, compareNames, decodeName, encodeName } from "./mod.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function lines(step: ClaimStep): string[] {
  return step.frames.map(({ id, data }) => {
    const hex = [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${id.toString(16).padStart(8, "0")}#${hex}`.toUpperCase();
  });
}

function feed(claim: AddressClaim, line: string, nowMs: number): ClaimStep {
  const [id = "", data = ""] = line.split("#");
  return claim.onFrame({ id: Number.parseInt(id, 16), data: bytes(data) }, nowMs);
}

/** RV-C 2023-11, 3.3: serial 286701, manufacturer 119, dynamic. */
const name = bytes("ED5FE40E08813C80");
const lower = "EC5FE40E08813C80";
const higher = "EE5FE40E08813C80";
const range = { name, low: 0x90, high: 0x92 };

function claimed(): AddressClaim {
  const claim = new AddressClaim(range);
  claim.start(0);
  claim.tick(250);
  claim.tick(500);
  assert.equal(claim.address, 0x92);
  return claim;
}

Deno.test("encodeName() and decodeName() agree on the example of RV-C 2023-11, 3.3", () => {
  const parts = decodeName(name)!;
  assert.equal(parts.serialNumber, 286701);
  assert.equal(parts.manufacturerCode, 119);
  assert.equal(parts.arbitraryAddressCapable, true);
  assert.deepEqual(encodeName(parts), name);
  assert.throws(() => encodeName({ ...parts, serialNumber: 2 ** 21 }), /serialNumber is 2097152/);
  assert.equal(decodeName(new Uint8Array(7)), undefined);
});

Deno.test("compareNames() compares 64-bit little-endian numbers, top bit included", () => {
  assert.ok(compareNames(bytes("FFFFFFFFFFFFFF7F"), bytes("0000000000000080")) < 0);
  assert.ok(compareNames(bytes("0100000000000000"), bytes("0000000000000000")) > 0);
  assert.equal(compareNames(name, name), 0);
});

Deno.test("start() probes from 254, claims after 250 ms, and has the address 250 ms later", () => {
  const claim = new AddressClaim(range);
  assert.deepEqual(lines(claim.start(0)), ["18EA92FE#00EE00FFFFFFFFFF"]);
  assert.deepEqual(lines(claim.tick(249)), []);
  assert.deepEqual(lines(claim.tick(250)), ["18EE0092#ED5FE40E08813C80"]);
  assert.equal(claim.address, undefined);
  assert.deepEqual(claim.tick(500).events, [{ kind: "claimed", address: 0x92 }]);
  assert.equal(claim.address, 0x92);
  assert.equal(claim.nextDueMs, undefined);
});

Deno.test("a probe that is answered, or an address that talks, moves on to the next lower address", () => {
  const claim = new AddressClaim(range);
  claim.start(0);
  assert.deepEqual(lines(feed(claim, `18EE0092#${higher}`, 100)), ["18EA91FE#00EE00FFFFFFFFFF"]);
  assert.deepEqual(lines(feed(claim, "19FEDA91#197C0CFCFF0504FF", 200)), ["18EA90FE#00EE00FFFFFFFFFF"]);
  assert.deepEqual(feed(claim, `18EEFF90#${higher}`, 300).events, [{ kind: "failed" }]);
  assert.equal(claim.state, "failed");
  assert.deepEqual(lines(feed(claim, "18EAFF44#00EE00FFFFFFFFFF", 400)), [], "silent without an address");
  assert.deepEqual(lines(claim.start(1000)), ["18EA92FE#00EE00FFFFFFFFFF"]);
});

Deno.test("the lower NAME wins: we claim again against a higher one and yield to a lower one", () => {
  const claim = claimed();
  assert.deepEqual(lines(feed(claim, `18EEFF92#${higher}`, 1000)), ["18EE0092#ED5FE40E08813C80"]);
  assert.equal(claim.address, 0x92);
  const lost = feed(claim, `18EE0092#${lower}`, 2000);
  assert.deepEqual(lost.events, [{ kind: "lost", address: 0x92, toName: bytes(lower) }]);
  assert.deepEqual(lines(lost), ["18EA91FE#00EE00FFFFFFFFFF"]);
  assert.equal(claim.address, undefined);
  claim.tick(2250);
  claim.tick(2500);
  assert.equal(claim.address, 0x91);
});

Deno.test("our own NAME is no objection, and other addresses are none of our business", () => {
  const claim = claimed();
  assert.deepEqual(feed(claim, "18EE0092#ED5FE40E08813C80", 1000), { events: [], frames: [] });
  assert.deepEqual(feed(claim, `18EE0091#${lower}`, 1000), { events: [], frames: [] });
  assert.deepEqual(feed(claim, "18EE0092#0000", 1000), { events: [], frames: [] });
});

Deno.test("probes, requests and requests by manufacturer are answered with our claim", () => {
  const claim = claimed();
  const ours = ["18EE0092#ED5FE40E08813C80"];
  assert.deepEqual(lines(feed(claim, "18EA92FE#00EE00FFFFFFFFFF", 1000)), ours);
  assert.deepEqual(lines(feed(claim, "18EAFF44#00EE00", 2000)), ours);
  assert.deepEqual(lines(feed(claim, "18EA9144#00EE00FFFFFFFFFF", 3000)), []);
  assert.deepEqual(lines(feed(claim, "18EAFF44#DAFE01FFFFFFFFFF", 4000)), []);
  assert.deepEqual(lines(feed(claim, "19FED644#070EFFFFFFFFFFFF", 5000)), ours, "manufacturer 119 is 0E and 7");
  assert.deepEqual(lines(feed(claim, "19FED644#060EFFFFFFFFFFFF", 6000)), []);
});

Deno.test("a node that challenges without end gets at most one claim each 50 ms", () => {
  const claim = claimed();
  let frames = 0;
  for (let nowMs = 1000; nowMs < 2000; nowMs++) frames += feed(claim, `18EE0092#${higher}`, nowMs).frames.length;
  assert.equal(frames, 20);
});

Deno.test("a static node keeps its address against higher NAMEs and fails against a lower one", () => {
  const fixed = new AddressClaim({ name, low: 0xfc, high: 0xfc, alsoGlobal: true });
  fixed.start(0);
  assert.deepEqual(feed(fixed, `18EE00FC#${higher}`, 100), { events: [], frames: [] });
  assert.deepEqual(lines(fixed.tick(250)), ["18EE00FC#ED5FE40E08813C80", "18EEFFFC#ED5FE40E08813C80"]);
  fixed.tick(500);
  const lost = feed(fixed, `18EE00FC#${lower}`, 600);
  assert.deepEqual(lost.events.map(({ kind }) => kind), ["lost", "failed"]);
  assert.throws(() => new AddressClaim({ name, low: 5, high: 4 }), RangeError);
});

Deno.test("two nodes that want the same address at the same instant end with different ones", () => {
  const nodes = [name, bytes(lower), bytes(higher)].map((own) => new AddressClaim({ ...range, name: own }));
  const queue = nodes.flatMap((node) => node.start(0).frames.map((frame) => ({ frame, from: node })));
  for (let nowMs = 0; nowMs <= 3000; nowMs += 10) {
    for (const node of nodes) queue.push(...node.tick(nowMs).frames.map((frame) => ({ frame, from: node })));
    for (let item = queue.shift(); item; item = queue.shift()) {
      for (const node of nodes) {
        if (node === item.from) continue;
        queue.push(...node.onFrame(item.frame, nowMs).frames.map((frame) => ({ frame, from: node })));
      }
    }
  }
  const addresses = nodes.map(({ address }) => address);
  assert.deepEqual([...addresses].sort(), [0x90, 0x91, 0x92]);
  assert.equal(addresses[1], 0x92, "the lowest NAME has the first choice");
});

Deno.test("with awaitsTaking nothing is waited for before the bus took the probe, and then the claim", () => {
  const claim = new AddressClaim({ ...range, awaitsTaking: true });
  const probe = claim.start(0);
  assert.deepEqual(claim.tick(250), { events: [], frames: [] });
  assert.equal(claim.nextDueMs, undefined, "only the bus can go on");
  assert.deepEqual(claim.repeat(1000), probe);
  claim.onTaken({ id: 0x18eeff92, data: name }, 2000);
  assert.equal(claim.nextDueMs, undefined, "that is no probe of ours");
  claim.onTaken(probe.frames[0]!, 3_600_000);
  assert.deepEqual(lines(claim.tick(3_600_249)), []);
  const claimed = claim.tick(3_600_250);
  assert.deepEqual(lines(claimed), ["18EE0092#ED5FE40E08813C80"]);
  assert.deepEqual(claim.tick(3_600_500).events, [], "the claim waits in the controller");
  claim.onTaken(claimed.frames[0]!, 3_601_000);
  claim.onTaken(claimed.frames[0]!, 3_601_100);
  assert.deepEqual(claim.tick(3_601_250).events, [{ kind: "claimed", address: 0x92 }]);
  assert.deepEqual(lines(claim.repeat(3_602_000)), ["18EE0092#ED5FE40E08813C80"]);
  claim.stop();
  assert.deepEqual(claim.repeat(3_603_000).frames, []);
});

Deno.test("with awaitsTaking a claim that is objected to before the wait is over goes to the next address", () => {
  const claim = new AddressClaim({ ...range, awaitsTaking: true });
  claim.onTaken(claim.start(0).frames[0]!, 10);
  claim.onTaken(claim.tick(260).frames[0]!, 5000);
  assert.deepEqual(lines(feed(claim, `18EE0092#${lower}`, 5100)), ["18EA91FE#00EE00FFFFFFFFFF"]);
  assert.deepEqual(claim.tick(5350), { events: [], frames: [] }, "the new probe was not taken yet");
});
