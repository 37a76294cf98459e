import assert from "node:assert/strict";
import vectorsJson from "../../tests/fixtures/rvc_vectors.json" with { type: "json" };
import { createProtocol, hexOf, isStatus, type Message, type Reading, reading, type SignalValues } from "./mod.ts";

interface Vector {
  readonly id: string;
  readonly data: string;
  readonly message: string;
  readonly kind: string;
  readonly licence: string;
  readonly source: string;
  readonly expect: Readonly<Record<string, number | string | null>>;
  readonly raw: Readonly<Record<string, number>>;
}

/**
 * Bytes in which no field lies and which the sender did not fill with ones; encoding fills them, so they cannot come
 * back. By message: the bytes, and why.
 */
const unfilled: Readonly<Record<string, readonly [bytes: readonly number[], reason: string]>> = {
  ACKNOWLEDGMENT: [[2, 3], "zeros in the unused half of byte 2 and in byte 3 (a test of another decoder)"],
  AC_LOAD_COMMAND: [[6, 7], "a 2018 capture: the sender leaves bytes 6 and 7 zero"],
  AGS_CRITERION_STATUS: [[1], "unused bits of byte 1 are zero in the derived frame"],
  AIR_CONDITIONER_COMPONENT_STATUS: [[2], "the example of 6.17.7 prints 00 for byte 2, which has no field"],
  CHASSIS_MOBILITY_STATUS: [[4, 5], "unused high bits are zero in the derived frame"],
  CHASSIS_MOBILITY_STATUS_2: [[2], "unused bits are zero in the derived frame"],
  CIRCULATION_PUMP_STATUS: [[1, 2], "unused bits are zero in the derived frame"],
  DC_DIMMER_STATUS_3: [[6], "captures of two controllers have zeros in bits 4 and 5 of byte 6"],
  DC_DISCONNECT_STATUS: [[1], "unused bits are zero in the derived frame"],
  DC_LOAD_COMMAND: [[6, 7], "a capture: the sender leaves bytes 6 and 7 zero"],
  DC_LOAD_STATUS_2: [[4], "unused bits are zero in the derived frame"],
  DC_SOURCE_STATUS_4: [[7], "unused bits are zero in the derived frame"],
  GAS_SENSOR_STATUS: [[5], "unused bits are zero in the derived frame"],
  LEVELING_CONTROL_STATUS: [[1, 2, 6], "unused bits are zero in the derived frame"],
  REFRIGERATOR_STATUS: [[1], "unused bits are zero in the derived frame"],
  STEP_STATUS: [[4], "unused bits are zero in the derived frame"],
  THERMOSTAT_COMMAND_1: [[7], "captures: some thermostats leave byte 7 zero"],
  THERMOSTAT_SCHEDULE_STATUS_2: [[3], "unused bits are zero in the derived frame"],
  THERMOSTAT_STATUS_1: [[7], "captures: some thermostats leave byte 7 zero"],
  VEHICLE_ENVIRONMENT_STATUS: [[2], "unused bits are zero in the derived frame"],
  WATER_PUMP_STATUS: [[0], "captures: unused bits of byte 0 are zero"],
};

const vectors: readonly Vector[] = vectorsJson.vectors as unknown as readonly Vector[];
const { codec } = createProtocol();

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

function decoded(vector: Vector): Message {
  const message = codec.decode(Number.parseInt(vector.id, 16), bytesOf(vector.data));
  assert.equal(message.kind, "message", `${vector.id}#${vector.data}`);
  return message as Message;
}

function sendable(found: Reading): SignalValues[string] {
  return isStatus(found) ? found : found.value;
}

Deno.test("decode() reads every field of every vector as its source states it", () => {
  let fields = 0;
  for (const vector of vectors) {
    const message = decoded(vector);
    assert.equal(message.row.name, vector.message);
    for (const [name, expected] of Object.entries(vector.expect)) {
      const found = reading(message, name);
      const where = `${vector.message} ${vector.data} ${name}`;
      assert.ok(found, `${where}: no such signal`);
      if (expected === null) assert.ok(isStatus(found), `${where}: ${JSON.stringify(found)}, expected no value`);
      else if (isStatus(found)) assert.equal(found.status, expected, where);
      else assert.ok(found.value === expected || found.label === expected, `${where}: ${JSON.stringify(found)}`);
      fields++;
    }
  }
  assert.equal(vectors.length, 164);
  assert.equal(fields, vectors.reduce((sum, vector) => sum + Object.keys(vector.expect).length, 0));
  assert.ok(fields > 700, `${fields} fields`);
});

Deno.test("encode() turns each decoded vector back into its bytes and identifier", () => {
  const used = new Set<string>();
  for (const vector of vectors) {
    const message = decoded(vector);
    const values: Record<string, SignalValues[string]> = {};
    message.signals.forEach((signal, i) => values[signal.name] = sendable(message.readings[i]!));
    const { destination, deviceType } = message;
    const encoded = codec.encode(
      {
        message: vector.message,
        values,
        ...(destination === undefined ? {} : { destination }),
        ...(deviceType === undefined ? {} : { deviceType }),
      },
      message.sourceAddress,
      { priority: message.priority },
    );
    assert.equal(encoded.id.toString(16).toUpperCase().padStart(8, "0"), vector.id);
    const original = bytesOf(vector.data);
    const differing = [...encoded.data].flatMap((byte, i) => byte === original[i] ? [] : [i]);
    const allowed = unfilled[vector.message]?.[0] ?? [];
    if (differing.length > 0) used.add(vector.message);
    assert.ok(
      differing.every((byte) => allowed.includes(byte)),
      `${vector.message}: ${hexOf(encoded.data)}, expected ${vector.data}`,
    );
  }
  assert.deepEqual([...used].sort(), Object.keys(unfilled).sort(), "messages with unfilled bytes");
});

Deno.test("encode() of one stated field at a time gives the raw number the vector states", () => {
  let fields = 0;
  for (const vector of vectors) {
    const message = decoded(vector);
    for (const [name, raw] of Object.entries(vector.raw)) {
      const found = reading(message, name)!;
      const selector = message.row.multiplex?.selector;
      const values = { ...(selector ? { [selector]: vector.raw[selector] ?? 0 } : {}), [name]: sendable(found) };
      const options = message.row.lowByte === "deviceType" ? { deviceType: 1 } : { destination: 1 };
      const { id, data } = codec.encode({ message: vector.message, values, ...options }, 1);
      const back = codec.decode(id, data) as Message;
      assert.deepEqual(reading(back, name), found, `${vector.message} ${name} raw ${raw}`);
      fields++;
    }
  }
  assert.ok(fields > 700, `${fields} fields`);
});

Deno.test("every vector states its kind, licence and source", () => {
  for (const { kind, licence, source } of vectors) {
    assert.ok(["capture", "public-test", "spec-example", "derived"].includes(kind), kind);
    assert.ok(licence.length > 0 && source.length > 0);
  }
});
