import assert from "node:assert/strict";
import { embeddedTables, parseTables } from "./mod.ts";

Deno.test("parseTables() accepts the embedded tables unchanged", () => {
  const tables = embeddedTables();
  assert.deepEqual(parseTables(tables), tables);
});

Deno.test("parseTables() names the part that is wrong", () => {
  const tables = structuredClone(embeddedTables());
  const row = tables.rvc.messages[0]!;
  const broken = (change: Record<string, unknown>) => ({
    rvc: { ...tables.rvc, messages: [{ ...row, ...change }] },
    j1939: tables.j1939,
  });
  assert.throws(() => parseTables(broken({ priority: 9 })), /Cannot read reference "rvc.json": messages.0.priority:/);
  assert.throws(() => parseTables(broken({ colour: "red" })), /rvc.json": messages.0:/);
  const signal = { name: "x", startByte: 0, startBit: 0, bitLength: 40, type: "uint", sentinels: "none" };
  assert.throws(() => parseTables(broken({ signals: [signal] })), /messages.0.signals.0: a number has 1 to 32 bits/);
  const unit = { ...signal, bitLength: 8, unit: "furlong" };
  assert.throws(() => parseTables(broken({ signals: [unit] })), /messages.0.signals.0.unit/);
  assert.throws(() => parseTables({ rvc: tables.rvc, j1939: [] }), /"j1939.json": the file/);
});

Deno.test("device types have ranges of addresses that make sense", () => {
  const { deviceTypes } = embeddedTables().rvc;
  assert.equal(deviceTypes.length, 68);
  const taken = new Set<number>();
  for (const { type, first, last, dynamicLow, dynamicHigh } of deviceTypes) {
    if (dynamicLow !== undefined) assert.ok(dynamicLow <= dynamicHigh! && dynamicHigh! <= 253, type);
    for (let code = first ?? 1; code <= (last ?? 0); code++) {
      assert.ok(!taken.has(code), `${type}: ${code}`);
      taken.add(code);
    }
  }
});
