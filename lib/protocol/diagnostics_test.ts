import assert from "node:assert/strict";
import { embeddedTables, failureModeName, FaultBook, parseDiagnosis, parseDm1, parseDmRv, spnName } from "./mod.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

Deno.test("parseDmRv() gives both readings of the example in RV-C 2023-11, 3.2.5.5", () => {
  const diagnosis = parseDmRv(bytes("35540103C0FFFFFF"))!;
  assert.equal(diagnosis.deviceType, 84);
  assert.deepEqual([diagnosis.on, diagnosis.active, diagnosis.yellowLamp, diagnosis.redLamp], [
    true,
    true,
    undefined,
    false,
  ]);
  // The text prints SPN 15 for the second reading, which its own bytes contradict.
  assert.deepEqual(diagnosis.faults, [{ spn: 2078, fmi: 0, ofInstance: { instance: 3, spn: 14 } }]);
});

Deno.test("parseDmRv() reads no fault from ones, a fault of the node itself, and the long form", () => {
  assert.deepEqual(parseDmRv(bytes("0540FFFFFFFFFFFF"))!.faults, []);
  const node = parseDmRv(bytes("4142000028810102"))!;
  assert.deepEqual(node.faults, [{ spn: 1, fmi: 8, occurrences: 1 }]);
  assert.deepEqual([node.deviceTypeExtension, node.bank], [1, 2]);
  const long = parseDmRv(bytes("4142000028810103C0FF"))!;
  assert.equal(long.faults.length, 2);
  assert.equal(parseDmRv(bytes("4142000028")), undefined);
});

Deno.test("parseDm1() reads lamps, the SPN least significant first, and several trouble codes", () => {
  const one = parseDm1(bytes("04FF6E00230AFFFF"))!;
  assert.equal(one.yellowLamp, true);
  assert.deepEqual(one.faults, [{ spn: 110 + (1 << 16), fmi: 3, occurrences: 10 }]);
  assert.deepEqual(parseDm1(bytes("00FF00000000FFFF"))!.faults, []);
  assert.deepEqual(parseDm1(bytes("FFFFFFFFFFFFFFFF"))!.faults, []);
  const many = parseDm1(bytes("45FF6E0003016400017FBE000402"))!;
  assert.deepEqual(many.faults, [
    { spn: 110, fmi: 3, occurrences: 1 },
    { spn: 100, fmi: 1 },
    { spn: 190, fmi: 4, occurrences: 2 },
  ]);
});

Deno.test("parseDiagnosis() reads 0FECA as DM_RV from the addresses it was told", () => {
  const message = { dgn: 0x0feca, sourceAddress: 0x9c, data: bytes("35540103C0FFFFFF") };
  assert.equal(parseDiagnosis(message)?.layout, "dm1");
  assert.equal(parseDiagnosis(message, { dmRvOnDm1From: new Set([0x9c]) })?.layout, "dmRv");
  assert.equal(parseDiagnosis({ ...message, dgn: 0x1feca })?.layout, "dmRv");
  assert.equal(parseDiagnosis({ ...message, dgn: 0x1feda }), undefined);
});

Deno.test("failureModeName() and spnName() come from the tables", () => {
  const tables = embeddedTables();
  assert.equal(failureModeName(5, tables), "open_circuit_or_low_current");
  assert.equal(failureModeName(30, tables), "reserved_30");
  assert.equal(spnName(5, "dmRv", tables), "power_supply");
  assert.equal(spnName(190, "dm1", tables), "engine_speed");
  assert.equal(spnName(500_000, "dm1", tables), undefined);
});

Deno.test("FaultBook keeps a fault until its node said something else and it was gone for more than 1 s", () => {
  const book = new FaultBook();
  const fault = parseDmRv(bytes("4142000028810102"))!;
  const other = parseDmRv(bytes("4142000045810102"))!;
  const none = parseDmRv(bytes("0542FFFFFFFFFFFF"))!;
  assert.deepEqual(book.apply(0x80, fault, 0).map(({ kind }) => kind), ["active"]);
  assert.deepEqual(book.apply(0x80, fault, 1000), [], "a repetition is no news");
  assert.deepEqual(book.tick(60_000), [], "a silent node keeps its faults");
  assert.deepEqual(book.apply(0x80, fault, 61_000), []);
  assert.deepEqual(book.apply(0x80, other, 61_500).map(({ kind }) => kind), ["active"]);
  assert.deepEqual(book.tick(62_000), [], "gone for 1 s is not more than 1 s");
  assert.deepEqual(book.tick(62_001).map(({ kind }) => kind), ["cleared"]);
  assert.equal(book.size, 1);
  assert.deepEqual(book.apply(0x81, none, 63_000), [], "another node says nothing about this one");
  assert.deepEqual(book.apply(0x80, none, 64_000).map(({ kind }) => kind), ["cleared"]);
  assert.deepEqual([book.size, book.active().length], [0, 0]);
});

Deno.test("FaultBook counts faults for which it has no room", () => {
  const book = new FaultBook(2);
  for (let spn = 1; spn <= 5; spn++) {
    const data = Uint8Array.of(0x41, 0x42, 0, spn, 0, 0x81, 0xff, 0xff);
    book.apply(spn, parseDmRv(data)!, 0);
  }
  assert.deepEqual([book.size, book.ignored], [2, 3]);
  assert.equal(book.active()[0]?.firstSeenMs, 0);
});
