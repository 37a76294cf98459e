import assert from "node:assert/strict";
import {
  acknowledgment,
  acknowledgmentFrame,
  acknowledgmentName,
  answerRequest,
  embeddedTables,
  formatProductIdentification,
  parseAcknowledgment,
  parseProductIdentification,
  parseRequest,
  requestFrame,
} from "./mod.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

Deno.test("requestFrame() asks as RV-C 2023-11, 3.2.4 shows, and as J1939 does with 3 bytes", () => {
  const rvc = requestFrame({ dgn: 0x1feda, instance: 1, sourceAddress: 0x44 });
  assert.equal(rvc.id, 0x18eaff44);
  assert.deepEqual(rvc.data, bytes("DAFE0101FFFFFFFF"));
  const j1939 = requestFrame({ dgn: 0xfeeb, sourceAddress: 0x44, destination: 3, short: true });
  assert.equal(j1939.id, 0x18ea0344);
  assert.deepEqual(j1939.data, bytes("EBFE00"));
});

Deno.test("parseRequest() reads both lengths and refuses what names no message", () => {
  assert.deepEqual(parseRequest(bytes("DAFE0101FFFFFFFF")), { dgn: 0x1feda, instance: 1 });
  assert.deepEqual(parseRequest(bytes("DAFE010102FFFFFF")), { dgn: 0x1feda, instance: 1, bank: 2 });
  assert.deepEqual(parseRequest(bytes("00EE00")), { dgn: 0xee00 });
  for (const bad of ["", "00EE", "FFFFFFFFFFFFFFFF", "000002"]) assert.equal(parseRequest(bytes(bad)), undefined);
});

Deno.test("parseAcknowledgment() and acknowledgmentFrame() agree, and short frames leave parts out", () => {
  assert.deepEqual(parseAcknowledgment(bytes("8001000000BCFF01")), {
    code: 128,
    instance: 1,
    bank: 0,
    acknowledgedAddress: 0,
    dgn: 0x1ffbc,
  });
  const frame = acknowledgmentFrame({ code: acknowledgment.nak, dgn: 0x1ffda, sourceAddress: 0x40, requester: 0x9d });
  assert.equal(frame.id, 0x18e89d40);
  assert.deepEqual(frame.data, bytes("01FFFFFF9DDAFF01"));
  assert.deepEqual(parseAcknowledgment(frame.data), { code: 1, acknowledgedAddress: 0x9d, dgn: 0x1ffda });
  assert.deepEqual(parseAcknowledgment(bytes("00FFFFFF9DDAFF")), { code: 0, acknowledgedAddress: 0x9d });
  assert.deepEqual(parseAcknowledgment(bytes("01")), { code: 1 });
  assert.equal(parseAcknowledgment(bytes("")), undefined);
});

Deno.test("acknowledgmentName() names codes, those of commands and those to come", () => {
  const names = embeddedTables().rvc.acknowledgmentCodes;
  assert.equal(acknowledgmentName(3, names), "conditions_do_not_allow");
  assert.equal(acknowledgmentName(200, names), "command_specific_200");
  assert.equal(acknowledgmentName(42, names), "reserved_42");
});

Deno.test("answerRequest() refuses what we do not have when it is addressed to us, never when it is global", () => {
  const context = { ourAddress: 0x80, requester: 0x44, destination: 0x80, has: (dgn: number) => dgn === 0x1feca };
  assert.deepEqual(answerRequest({ dgn: 0xee00 }, context), { kind: "claim" });
  assert.deepEqual(answerRequest({ dgn: 0xfeeb }, context), { kind: "identification" });
  assert.deepEqual(answerRequest({ dgn: 0x1feca }, context), { kind: "message", dgn: 0x1feca });
  const refused = answerRequest({ dgn: 0x1feda, instance: 1 }, context);
  assert.ok(refused.kind === "negative");
  assert.equal(refused.frame.id, 0x18e84480);
  assert.deepEqual(refused.frame.data, bytes("0101FFFF44DAFE01"));
  const nothing = { kind: "nothing" };
  assert.deepEqual(answerRequest({ dgn: 0x1feda }, { ...context, destination: 255 }), nothing);
  assert.deepEqual(answerRequest({ dgn: 0xee00 }, { ...context, destination: 0x81 }), nothing);
  assert.deepEqual(answerRequest({ dgn: 0x1feda }, { ...context, requester: 254 }), nothing, "nobody to answer to");
});

Deno.test("parseProductIdentification() reads full, empty and J1939 texts", () => {
  const acme = { make: "ACME", model: "QX-125", serialNumber: "A4323443", unitNumber: "" };
  assert.deepEqual(parseProductIdentification("ACME*QX-125*A4323443*"), acme);
  assert.deepEqual(parseProductIdentification("ACME*QX-125*A4323443**"), acme);
  assert.deepEqual(parseProductIdentification("***"), { make: "", model: "", serialNumber: "", unitNumber: "" });
  assert.equal(parseProductIdentification("ONE").make, "ONE");
  assert.equal(formatProductIdentification(acme), "ACME*QX-125*A4323443*");
  assert.equal(formatProductIdentification({ ...acme, model: "Q*X" }), "ACME*QX*A4323443*");
});
