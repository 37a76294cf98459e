import assert from "node:assert/strict";
import fc from "fast-check";
import { createProtocol, embeddedTables, isStatus, type Message, type MessageRow, type SignalValues } from "./mod.ts";

const tables = embeddedTables();
const standards = ["rvc", "j1939"] as const;

function longest(row: MessageRow): number {
  const ends = row.signals.map(({ startByte, bitLength }) => startByte + Math.ceil(bitLength / 8));
  return row.signals.some(({ bitLength }) => bitLength === 0) ? 40 : Math.max(8, ...ends);
}

/** The values of a message as they can be sent again: a number out of its range cannot, and is left out. */
function valuesOf(message: Message): SignalValues {
  const values: Record<string, SignalValues[string]> = {};
  message.signals.forEach((signal, i) => {
    const found = message.readings[i]!;
    if (isStatus(found)) {
      const text = signal.type === "ascii" || signal.type === "bytes";
      if (found.status === "outOfRange" || (text && found.status !== "notAvailable")) return;
      // A field without sentinels has no way to say them; its bytes were missing.
      values[signal.name] = found;
    } else values[signal.name] = found.value;
  });
  return values;
}

Deno.test("decode(encode(x)) is x for every row of both standards, whatever the bytes", () => {
  let rows = 0;
  for (const standard of standards) {
    const { codec } = createProtocol(tables, { standard });
    const messages = standard === "rvc" ? tables.rvc.messages : tables.j1939.messages;
    for (const row of messages) {
      if (codec.rowOf(row.dgn) !== row) continue;
      rows++;
      const size = longest(row);
      const address = { dgn: row.dgn, priority: row.priority, sourceAddress: 0x42 };
      fc.assert(
        fc.property(fc.uint8Array({ minLength: size, maxLength: size }), fc.nat(7), (data, selector) => {
          if (row.multiplex) data[2] = selector;
          const first = codec.decodeLong(address, data);
          assert.equal(first.kind, "message");
          const values = valuesOf(first as Message);
          const sent = codec.encode({ message: row.name, values, destination: 1, deviceType: 1 }, 0x42);
          const second = codec.decodeLong(address, sent.data) as Message;
          first.kind === "message" && first.signals.forEach((signal, i) => {
            if (signal.name in values) assert.deepEqual(second.readings[i], first.readings[i], signal.name);
          });
        }),
        { numRuns: 25, seed: row.dgn },
      );
    }
  }
  // DM_1 shares the number of J1939's DM1; three J1939 groups without fields give way to others or have none to try.
  assert.ok(rows >= 358 + 30, `${rows}`);
});

Deno.test("every label of every field is sent as its own raw number and read back", () => {
  let labels = 0;
  const { codec } = createProtocol();
  for (const row of tables.rvc.messages) {
    if (codec.rowOf(row.dgn) !== row) continue;
    for (const signal of row.signals) {
      const names = Object.values({ ...signal.labels, ...signal.special });
      for (const label of new Set(names)) {
        const values = { [signal.name]: label };
        const sent = codec.encode({ message: row.name, values, destination: 1, deviceType: 1 }, 0x42);
        const back = codec.decodeLong({ dgn: row.dgn, priority: 6, sourceAddress: 0x42 }, sent.data) as Message;
        const found = back.readings[row.signals.indexOf(signal)]!;
        assert.ok(!isStatus(found) && found.label === label, `${row.name}.${signal.name}: ${label}`);
        labels++;
      }
    }
  }
  assert.ok(labels > 3000, `${labels}`);
});
