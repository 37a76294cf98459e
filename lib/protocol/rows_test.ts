import assert from "node:assert/strict";
import { createProtocol, embeddedTables, knownUnits, lowByteOf, type MessageRow, type SignalRow } from "./mod.ts";
import { exactScale, toPhysical, toRaw } from "./exact_scale.ts";

const { rvc, j1939 } = embeddedTables();
const all: readonly MessageRow[] = [...rvc.messages, ...j1939.messages];

/** Every list of signals that can be in one frame: the row's, and with each variant. */
function frames(row: MessageRow): readonly (readonly SignalRow[])[] {
  const variants = Object.values(row.multiplex?.variants ?? {});
  return [row.signals, ...variants.map((variant) => [...row.signals, ...variant])];
}

function bitsOf(signal: SignalRow): readonly number[] {
  const high = signal.highBits;
  const low = signal.bitLength - (high?.bitLength ?? 0);
  const run = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i);
  return [
    ...run(signal.startByte * 8 + signal.startBit, low),
    ...(high ? run(high.startByte * 8 + high.startBit, high.bitLength) : []),
  ];
}

Deno.test("the tables hold 359 RV-C messages with 2283 signals and 33 J1939 groups with 207", () => {
  const count = (rows: readonly MessageRow[]) => rows.reduce((sum, row) => sum + row.signals.length, 0);
  assert.deepEqual([rvc.messages.length, count(rvc.messages)], [359, 2283]);
  assert.deepEqual([j1939.messages.length, count(j1939.messages)], [33, 207]);
});

Deno.test("no two fields of a frame share a bit, and all lie inside it", () => {
  let looked = 0;
  for (const row of all) {
    for (const signals of frames(row)) {
      const taken = new Map<number, string>();
      for (const signal of signals) {
        looked++;
        for (const bit of bitsOf(signal)) {
          const other = taken.get(bit);
          assert.equal(other, undefined, `${row.name}: ${signal.name} and ${other} share bit ${bit}`);
          taken.set(bit, signal.name);
          assert.ok(bit < 64 || row.multiPacket, `${row.name}: ${signal.name} lies beyond byte 7`);
        }
        if (signal.bitLength === 0) assert.equal(signal, signals.at(-1), `${row.name}: text is not the last field`);
      }
    }
  }
  assert.ok(looked >= 2283 + 207, `${looked}`);
});

Deno.test("every field has a unique name, a known unit, and labels and ranges that fit its width", () => {
  let looked = 0;
  for (const row of all) {
    for (const signals of frames(row)) {
      assert.equal(new Set(signals.map(({ name }) => name)).size, signals.length, `${row.name}: names repeat`);
      for (const signal of signals) {
        looked++;
        const where = `${row.name}.${signal.name}`;
        assert.ok(signal.unit === undefined || (knownUnits as readonly string[]).includes(signal.unit), where);
        const top = 2 ** signal.bitLength - 1;
        for (const raw of Object.keys({ ...signal.labels, ...signal.special })) {
          assert.ok(Number(raw) <= top, `${where}: label of raw ${raw}`);
          assert.ok(
            signal.labels?.[raw] === undefined || signal.special?.[raw] === undefined,
            `${where}: raw ${raw} is both labelled and special`,
          );
        }
        if (signal.range) assert.ok(signal.range[0] < signal.range[1], where);
        for (const bit of Object.keys(signal.bits ?? {})) assert.ok(Number(bit) < signal.bitLength, where);
        if (signal.type === "uint" || signal.type === "bitmap") assert.ok(signal.bitLength <= 32, where);
      }
    }
  }
  assert.ok(looked >= 2283 + 207, `${looked}`);
});

Deno.test("messages have unique numbers and names within their standard, and the low byte their number says", () => {
  for (const rows of [rvc.messages, j1939.messages]) {
    assert.equal(new Set(rows.map(({ dgn }) => dgn)).size, rows.length);
    const names = rows.flatMap((row) => [row.name, ...(row.aliases ?? [])]);
    assert.equal(new Set(names).size, names.length);
  }
  for (const row of all) {
    assert.equal(row.lowByte, lowByteOf(row.dgn), row.name);
    if (row.lowByte !== "group") assert.equal(row.dgn & 0xff, 0, row.name);
  }
});

Deno.test("instance fields, selectors, replies and exceptions name what exists", () => {
  const { codec } = createProtocol();
  for (const row of all) {
    const names = row.signals.map(({ name }) => name);
    if (row.instanceField !== undefined) assert.ok(names.includes(row.instanceField), row.name);
    if (row.multiplex) assert.ok(names.includes(row.multiplex.selector), row.name);
    for (const reply of row.replies ?? []) {
      assert.ok(reply === "ACK" || reply === "NAK" || codec.rowNamed(reply), `${row.name}: reply ${reply}`);
    }
    for (const byte of Object.keys(row.transmitFill ?? {})) assert.ok(Number(byte) < 8, row.name);
  }
  assert.equal(all.filter((row) => row.instanceField !== undefined).length, 272);
});

Deno.test("every command has its status, but for those that RV-C answers otherwise", () => {
  const names = new Set(rvc.messages.flatMap((row) => [row.name, ...(row.aliases ?? [])]));
  const orphans = rvc.messages.filter(({ name, replies }) => {
    if (!/_COMMAND(_|$)/.test(name)) return false;
    const numbered = name.replace("_COMMAND", "_STATUS");
    const plain = numbered.replace(/_\d+$/, "");
    const replied = (replies ?? []).some((reply) => /STATUS|SUMMARY|DETAIL/.test(reply));
    return !replied && ![numbered, plain, `${plain}_1`].some((status) => names.has(status));
  }).map(({ name }) => name);
  assert.deepEqual(orphans.sort(), commandsWithoutStatus);
});

/**
 * Commands without a status message of their own: one is withdrawn, two write what DC_COMPONENT_DRIVER_SETTINGS_1 and _2
 * report.
 */
const commandsWithoutStatus: readonly string[] = [
  "BATTERY_CONFIGURATION_COMMAND_1",
  "DC_COMPONENT_DRIVER_SETTINGS_COMMAND_1",
  "DC_COMPONENT_DRIVER_SETTINGS_COMMAND_2",
];

Deno.test("scales and offsets are exact: every field gives back its raw numbers", () => {
  let looked = 0;
  for (const row of all) {
    for (const signal of row.signals) {
      if (signal.scale === undefined && signal.offset === undefined) continue;
      looked++;
      const exact = exactScale(signal.scale ?? 1, signal.offset ?? 0);
      const top = 2 ** signal.bitLength - 1;
      for (const raw of [0, 1, 2, 3, top >> 1, top - 3, top]) {
        if (raw < 0 || raw > top) continue;
        const value = toPhysical(exact, raw);
        assert.equal(toRaw(exact, value), raw, `${row.name}.${signal.name}`);
        assert.ok(String(value).length <= 16, `${row.name}.${signal.name}: ${value}`);
      }
    }
  }
  assert.ok(looked > 500, `${looked}`);
});

Deno.test("ranges of RV-C rows are clock and calendar alone", () => {
  const units = new Set(
    rvc.messages.flatMap(({ signals }) => signals.filter(({ range }) => range)).map(({ range }) => range?.join("-")),
  );
  assert.deepEqual([...units].sort(), ["0-23", "0-59", "1-12", "1-31"]);
});

Deno.test("ranges of J1939 rows cut off no raw number that the standard calls valid", () => {
  let looked = 0;
  for (const { name, signals } of j1939.messages) {
    for (const signal of signals) {
      if (!signal.range) continue;
      looked++;
      const exact = exactScale(signal.scale ?? 1, signal.offset ?? 0);
      const bits = signal.bitLength;
      const top = bits >= 8 ? 0xfb * 2 ** (bits - 8) - 1 : 2 ** bits - 3;
      assert.ok(toPhysical(exact, 0) >= signal.range[0], `${name}.${signal.name}`);
      assert.ok(toPhysical(exact, top) <= signal.range[1], `${name}.${signal.name}: ${toPhysical(exact, top)}`);
    }
  }
  assert.equal(looked, 113);
});
