import assert from "node:assert/strict";
import {
  buildCanId,
  createProtocol,
  EncodeError,
  instanceOf,
  type Message,
  parseCanId,
  reading,
  RepeatCache,
  signalsJson,
} from "./mod.ts";

const { codec, deviceTypeOf, tables } = createProtocol();

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function message(id: number, hex: string): Message {
  const decoded = codec.decode(id, bytes(hex));
  assert.equal(decoded.kind, "message");
  return decoded as Message;
}

Deno.test("parseCanId() and buildCanId() agree on group, destination and device type identifiers", () => {
  const cases: readonly [number, ReturnType<typeof parseCanId>][] = [
    [0x19fedb9f, { dgn: 0x1fedb, priority: 6, sourceAddress: 0x9f }],
    [0x18eaff44, { dgn: 0x0ea00, priority: 6, sourceAddress: 0x44, destination: 0xff }],
    [0x18ee0080, { dgn: 0x0ee00, priority: 6, sourceAddress: 0x80, destination: 0 }],
    [0x1d7ca0f9, { dgn: 0x17c00, priority: 7, sourceAddress: 0xf9, destination: 0xa0 }],
    [0x196f928e, { dgn: 0x16f00, priority: 6, sourceAddress: 0x8e, deviceType: 0x92 }],
    [0x0cf00400, { dgn: 0x0f004, priority: 3, sourceAddress: 0 }],
    [0x1dfffffe, { dgn: 0x1ffff, priority: 7, sourceAddress: 0xfe }],
  ];
  for (const [id, address] of cases) {
    assert.deepEqual(parseCanId(id), address);
    assert.equal(buildCanId(address!), id);
  }
  assert.equal(parseCanId(0x1bfedb9f), undefined, "bit 25 set");
  assert.equal(parseCanId(0x39fedb9f), undefined, "more than 29 bits");
  assert.throws(() => buildCanId({ dgn: 0x20000, priority: 6, sourceAddress: 1 }), RangeError);
});

Deno.test("decode() reports 0xFF as notAvailable, 0xFE as error, 0xFD as reserved and labels before all of them", () => {
  const tank = message(0x19ffb7af, "0154C8FFFFFFFFFF");
  assert.deepEqual(reading(tank, "absolute_level"), { status: "notAvailable" });
  const source = message(0x19fffc42, "0178FDFFFEFEFFFF");
  assert.deepEqual(reading(source, "source_temperature"), { status: "reserved" });
  assert.deepEqual(reading(source, "state_of_charge"), { status: "error" });
  assert.deepEqual(reading(message(0x19ffaa4f, "01FDFFFFFFFFFFFF"), "source_in_use"), {
    value: 253,
    label: "no_source_active",
  });
});

Deno.test("decode() takes RV-C numbers above 0xFB00 as data, and J1939 ones as reserved", () => {
  assert.deepEqual(reading(message(0x19fffd42, "016400FE00943577"), "dc_voltage"), { value: 3251.2, unit: "V" });
  assert.deepEqual(reading(message(0x0cf00400, "FFFFFF00FCFFFFFF"), "engine_speed"), { status: "reserved" });
});

Deno.test("decode() gives exact decimals, and 32-bit numbers with the top bit set", () => {
  assert.deepEqual(reading(message(0x19ffca42, "013909FFFF0D1EFF"), "rms_voltage"), { value: 118.05, unit: "V" });
  const charging = message(0x19fffd42, "01640201FFFFFFFB");
  assert.deepEqual(reading(charging, "dc_current"), { value: 2227858.431, unit: "A" });
});

Deno.test("decode() names a special value instead of a number", () => {
  const gear = message(0x19fff4fc, "C012005000047CFB");
  assert.deepEqual(reading(gear, "transmission_current_gear"), { value: -1 });
  assert.deepEqual(reading(gear, "transmission_gear_selected"), { value: "park", label: "park" });
  const lamp = message(0x19feda8e, "05FFFBFCFF1104FF");
  assert.deepEqual(reading(lamp, "operating_status_brightness"), {
    value: "value_is_changing",
    label: "value_is_changing",
  });
});

Deno.test("decode() marks an hour of 24 outOfRange, and no physical maximum of RV-C", () => {
  const clock = message(0x19ffff93, "1A0D0001183C3BFF");
  for (const name of ["month", "day_of_month", "hour", "minute"]) {
    assert.deepEqual(reading(clock, name), { status: "outOfRange" }, name);
  }
  assert.deepEqual(reading(clock, "second"), { value: 59, unit: "s" });
  assert.deepEqual(reading(message(0x19feda8e, "05FFFA0000000000"), "operating_status_brightness"), {
    value: 125,
    unit: "%",
  });
});

Deno.test("decode() reads what a short frame holds and calls one that holds nothing malformed", () => {
  const short = message(0x19feda8e, "197C");
  assert.deepEqual(reading(short, "group"), { value: 124 });
  assert.deepEqual(reading(short, "lock_status"), { status: "notAvailable" });
  assert.deepEqual(reading(message(0x18eaff42, "00EE00"), "desired_dgn"), { value: 60928 });
  assert.deepEqual(codec.decode(0x19feda8e, bytes("")), {
    kind: "malformed",
    reason: "frame has 0 data bytes, DC_DIMMER_STATUS_3 needs at least 1 for its first field",
    dgn: 0x1feda,
  });
  assert.equal(codec.decode(0x1bfeda8e, bytes("00")).kind, "malformed");
  assert.equal(codec.decode(0x19feda8e, new Uint8Array(9)).kind, "malformed");
  assert.deepEqual(codec.decode(0x19faceff, bytes("00")), {
    kind: "unknown",
    dgn: 0x1face,
    priority: 6,
    sourceAddress: 0xff,
  });
});

Deno.test("decode() brings the fields that the selector chose", () => {
  const voltage = message(0x19fefe93, "01050001F0000AFF");
  assert.ok(reading(voltage, "criterion_type"));
  const names = voltage.signals.map(({ name }) => name);
  assert.ok(names.length > voltage.row.signals.length, names.join());
  assert.equal(voltage.readings.length, names.length);
});

Deno.test("instanceOf() gives the instance, the counted part of a packed byte, or nothing", () => {
  assert.equal(instanceOf(message(0x19feda8e, "197C0CFCFF0504FF")), 25);
  assert.equal(instanceOf(message(0x19ffd742, "413809FFFF0D1EFF")), 1);
  assert.equal(instanceOf(message(0x19ffff93, "000603010E2038FF")), undefined);
  assert.equal(instanceOf(message(0x19feda8e, "FF7C0CFCFF0504FF")), undefined);
});

Deno.test("encode() leaves what it is not told all ones, but for byte 5 of dimmer and shade commands", () => {
  const dimmer = codec.encode({ message: "DC_DIMMER_COMMAND_2", values: { instance: 5, command: "toggle" } }, 0x9d);
  assert.equal(dimmer.id, 0x19fedb9d);
  assert.deepEqual([...dimmer.data], [5, 255, 255, 5, 255, 0, 255, 255]);
  const shade = codec.encode({ message: "WINDOW_SHADE_CONTROL_COMMAND", values: { instance: 1 } }, 0x9d);
  assert.deepEqual([...shade.data], [1, 255, 255, 255, 255, 0, 255, 255]);
  const load = codec.encode({ message: "DC_LOAD_COMMAND", values: { instance: 3, command: 1 } }, 0x9d);
  assert.deepEqual([...load.data], [3, 255, 255, 255, 1, 255, 255, 255]);
});

Deno.test("encode() rounds to the nearest raw number: 68 degF is 20 degC", () => {
  const { data } = codec.encode(
    { message: "THERMOSTAT_COMMAND_1", values: { setpoint_temp_heat: (68 - 32) / 1.8, operating_mode: "heat" } },
    0x9d,
  );
  assert.deepEqual([...data.subarray(3, 5)], [0xa0, 0x24]);
  assert.deepEqual([...codec.encode({ message: "DOOR_COMMAND", values: { lock_command: true } }, 1).data].slice(1, 2), [
    0xfd,
  ]);
});

Deno.test("encode() refuses what it cannot send, and says what it could", () => {
  const refused: readonly [string, Record<string, never> | Record<string, unknown>, RegExp][] = [
    ["DC_DIMER_COMMAND_2", {}, /no such message, expected one such as DC_DIMMER_COMMAND_2/],
    ["DC_DIMMER_COMMAND_2", { comand: 1 }, /no signal "comand", nearest are command/],
    ["DC_DIMMER_COMMAND_2", { command: "dim" }, /command is "dim", expected one of .*set_level/],
    ["DC_DIMMER_COMMAND_2", { desired_level: -1 }, /desired_level is -1 %, expected a number from 0 to/],
    ["DC_DIMMER_COMMAND_2", { desired_level: 125 }, /on the wire means "dimmed_memory_value"/],
    ["THERMOSTAT_COMMAND_1", { setpoint_temp_heat: 1774.96875 }, /expected a number from -273 to 1774.875 degC/],
    ["SET_DATE_TIME_COMMAND", { hour: 24 }, /hour is 24 h, expected a number from 0 to 23 h/],
    ["TERMINAL", { text: "HELLO" }, /destination is 255, expected one node's address/],
    ["DC_COMPONENT_DRIVER_COMMAND", {}, /no device type given/],
    ["AC_LOAD_COMMAND", { instance: { status: "notAvailable" } }, /instance has no way to say "notAvailable"/],
    ["DC_DIMMER_COMMAND_2", { instance: Number.NaN }, /instance is NaN/],
  ];
  for (const [name, values, wanted] of refused) {
    assert.throws(() => codec.encode({ message: name, values: values as Record<string, number> }, 1), (error) => {
      assert.ok(error instanceof EncodeError, String(error));
      assert.match(error.message, wanted);
      return true;
    });
  }
  const long = { message: "TERMINAL", values: { text: "more than eight" }, destination: 1 };
  assert.throws(() => codec.encode(long, 1), /text has 15 bytes, expected at most 8/);
});

Deno.test("encode() makes a text as long as it is, and an address claim at EE00", () => {
  const text = "ACME*QX-125*A4323443*";
  const { id, data } = codec.encode({ message: "PRODUCT_IDENTIFICATION", values: { text } }, 0x42);
  assert.equal(data.length, 21);
  assert.deepEqual(reading(codec.decodeLong(parseCanId(id)!, data) as Message, "text"), { value: text });
  assert.equal(codec.encode({ message: "ADDRESS_CLAIMED", values: {} }, 0x80).id, 0x18ee0080);
});

Deno.test("createProtocol() puts RV-C first, and J1939 first on a chassis bus", () => {
  const chassis = createProtocol(tables, { standard: "j1939" }).codec;
  assert.equal(codec.rowOf(0x0fef3)?.name, "GPS_POSITION");
  assert.equal(chassis.rowOf(0x0fef3)?.name, "VP");
  assert.equal(codec.rowOf(0x0feca)?.name, "DM1");
  assert.equal(chassis.rowOf(0x0eaff)?.name, "REQUEST_FOR_DGN");
  assert.equal(chassis.rowOf(0x0feeb)?.name, "PRODUCT_IDENTIFICATION");
  assert.equal(chassis.rowOf(0x1feda), undefined);
  assert.equal(codec.dgnOf("DOOR_STATUS"), 0x1fee5);
  assert.equal(deviceTypeOf(0x92)?.type, "dc_load");
});

Deno.test("createProtocol() reads DM_RV under 0FECA from the addresses it was told", () => {
  const spyder = createProtocol(tables, { dmRvOnDm1From: new Set([0x9c]) }).codec;
  const data = bytes("454F01020281FFFF");
  assert.equal((spyder.decode(0x18feca9c, data) as Message).row.name, "DM_1");
  assert.equal((spyder.decode(0x18feca00, data) as Message).row.name, "DM1");
});

Deno.test("createProtocol() reads an unknown number as the message it was told, and never a known one", () => {
  const readAs = new Map([[0x1aafd, 0x1fffd], [0x1feda, 0x1fffd]]);
  const firefly = createProtocol(tables, { readAs }).codec;
  const named = firefly.decode(0x19aafd9d, bytes("0164020100943577"));
  assert.ok(named.kind === "message" && named.row.name === "DC_SOURCE_STATUS_1" && named.dgn === 0x1fffd);
  assert.equal((firefly.decode(0x19feda9d, bytes("0164020100943577")) as Message).row.name, "DC_DIMMER_STATUS_3");
  assert.equal(codec.decode(0x19aafd9d, bytes("0164020100943577")).kind, "unknown");
});

Deno.test("decode() reads the 19-bit SPN of DM1 from its two places", () => {
  const dm1 = message(0x18feca00, "0000FFFFE0FFFFFF");
  assert.deepEqual(reading(dm1, "dtc_spn"), { status: "notAvailable" });
  assert.deepEqual(reading(message(0x18feca00, "04FF6E00230AFFFF"), "dtc_spn"), { value: 65646 });
});

Deno.test("frameJson() and signalsJson() print readings as the command line promises", () => {
  const data = bytes("019BFFFCFF05C4FF");
  const json = codec.frameJson(0x19feda8e, data);
  assert.equal(json.kind, "message");
  const parsed = JSON.parse(`{${json.members}}`);
  assert.deepEqual(
    { ...parsed, signals: undefined },
    {
      dgn: "1FEDA",
      name: "DC_DIMMER_STATUS_3",
      priority: 6,
      sourceAddress: "8E",
      destination: null,
      signals: undefined,
    },
  );
  assert.deepEqual(parsed.signals.operating_status_brightness, { status: "notAvailable" });
  assert.deepEqual(parsed.signals.last_command, { value: 5, label: "toggle" });
  assert.equal(`${json.members}}`.endsWith(`"signals":${signalsJson(message(0x19feda8e, "019BFFFCFF05C4FF"))}}`), true);
  assert.equal(JSON.parse(`{${codec.frameJson(0x18eaff44, bytes("DAFE01FFFFFFFFFF")).members}}`).destination, "FF");
});

Deno.test("RepeatCache gives the same object for a repeated frame and another one after any change", () => {
  const cache = new RepeatCache(codec, 16);
  const first = cache.decode(0x19feda8e, bytes("197C0CFCFF0504FF"));
  assert.equal(cache.decode(0x19feda8e, bytes("197C0CFCFF0504FF")), first);
  assert.equal(cache.hits, 1);
  for (const other of ["197C0CFCFF0504FE", "197C0CFCFF0504", "1A7C0CFCFF0504FF", "187C0CFCFF0504FF"]) {
    assert.notEqual(cache.decode(0x19feda8e, bytes(other)), first);
  }
  assert.notEqual(cache.decode(0x19feda8f, bytes("197C0CFCFF0504FF")), first);
  assert.throws(() => new RepeatCache(codec, 100), RangeError);
});

Deno.test("readings are frozen, because they are shared", () => {
  const { readings } = message(0x19fffd42, "0164020100943577");
  for (const found of readings) assert.ok(Object.isFrozen(found));
});
