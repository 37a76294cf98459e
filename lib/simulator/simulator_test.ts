import { ManualClock } from "../base/mod.ts";
import { type CanFrame, VirtualBus, type VirtualPort } from "../can/mod.ts";
import { type CoachModel, type EntityDefinition, entityDefinitionSchema, loadModel } from "../coach/mod.ts";
import { kindOf } from "../entities/mod.ts";
import {
  createProtocol,
  instanceOf,
  type Message,
  type OutgoingMessage,
  parseAcknowledgment,
  reading,
  requestFrame,
  type SignalValues,
} from "../protocol/mod.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "./mod.ts";

const protocol = createProtocol();
const ourAddress = 0x44;

interface Heard {
  readonly atMs: number;
  readonly message: Message;
  readonly frame: CanFrame;
}

/** A coach on a virtual bus with a listener on it; only the manual clock moves it. */
class Bench {
  readonly clock = new ManualClock();
  readonly bus = new VirtualBus({ clock: this.clock, deliverAfterMs: 1 });
  readonly coachPort: VirtualPort = this.bus.port("coach", { queueLimit: 20_000 });
  readonly port: VirtualPort = this.bus.port("test");
  readonly simulator: Simulator;
  readonly heard: Heard[] = [];
  readonly frames: CanFrame[] = [];

  constructor(definitions: readonly unknown[], options: NonNullable<SimulatorOptions["options"]> = {}) {
    this.simulator = createSimulator({
      definitions: definitions.map((one) => entityDefinitionSchema.parse(one)),
      protocol,
      ports: [this.coachPort],
      clock: this.clock,
      seed: 7,
      options,
    });
  }

  async start(forMs = 2000): Promise<void> {
    await this.port.start({ onFrames: (frames) => this.#hear(frames), onLink() {} });
    await this.simulator.start();
    this.clock.advance(forMs);
  }

  /** Sends a message and lets time pass. */
  send(message: OutgoingMessage, forMs = 200): void {
    this.port.send(protocol.codec.encode(message, ourAddress));
    this.clock.advance(forMs);
  }

  dimmer(instance: number, values: SignalValues, forMs = 200): void {
    this.send({ message: "DC_DIMMER_COMMAND_2", values: { instance, ...values } }, forMs);
  }

  /** Messages of a name, newest last. */
  of(name: string, instance?: number): readonly Heard[] {
    return this.heard.filter(({ message }) =>
      message.row.name === name && (instance === undefined || instanceOf(message) === instance)
    );
  }

  /** What the newest message says: the standard's word, else the number. */
  says(name: string, field: string, instance?: number): unknown {
    const newest = this.of(name, instance).at(-1);
    return newest && said(newest.message, field);
  }

  acknowledgments() {
    return this.frames.filter((frame) => ((frame.id >>> 16) & 0xff) === 0xe8).map((frame) => ({
      ...parseAcknowledgment(frame.data),
      to: (frame.id >>> 8) & 0xff,
    }));
  }

  #hear(frames: readonly CanFrame[]): void {
    for (const frame of frames) {
      if (frame.direction === "tx") continue;
      this.frames.push(frame);
      const message = protocol.codec.decode(frame.id, frame.data);
      if (message.kind === "message") this.heard.push({ atMs: this.clock.monotonicMs(), message, frame });
    }
  }
}

function said(message: Message, field: string): unknown {
  const found = reading(message, field);
  if (!found) throw new Error(`${message.row.name} has no field ${field}`);
  return "value" in found ? found.label ?? found.value : found.status;
}

function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: is ${a}, expected ${b}`);
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function coachTest(
  name: string,
  definitions: readonly unknown[],
  body: (bench: Bench) => void | Promise<void>,
  options: NonNullable<SimulatorOptions["options"]> = {},
): void {
  Deno.test(name, async () => {
    const bench = new Bench(definitions, options);
    await bench.start();
    try {
      await body(bench);
    } finally {
      await bench.simulator.stop();
      await bench.port.stop();
      // What was on the wire arrives nowhere.
      bench.clock.advance(1);
    }
    same(bench.clock.pending, 0, "timers left after stop()");
  });
}

const common = { area: "bedroom", name: "X" };
const light = { ...common, id: "lamp", kind: "light", load: { instances: [25] } };
const acLoad = { ...common, id: "heater", kind: "switch", load: { via: "ac_load", instances: [3] } };
const awning = { ...common, id: "awning", kind: "awning", motor: { instance: 1 } };
const shade = { ...common, id: "shade", kind: "shade", motor: { pair: { forward: 40, reverse: 41, seconds: 3 } } };
const zone = { ...common, id: "zone", kind: "thermostat", instance: 1, ambientInstance: 7 };
const battery = { ...common, id: "house", kind: "battery", instance: 1 };
const charger = { ...common, id: "charger", kind: "charger", instance: 1 };
const generator = { ...common, id: "gen", kind: "generator", driver: { dgn: "generator" } };
const clock = { ...common, id: "clock", kind: "clock" };

coachTest("a node claims an address before it says anything else", [light], (bench) => {
  const [first] = bench.of("DC_DIMMER_STATUS_3");
  check((first?.atMs ?? 0) >= 500, `the first status came after ${first?.atMs} ms, expected probe and claim, 500 ms`);
  same(bench.of("ADDRESS_CLAIMED").length, 1, "claims");
  same(bench.simulator.nodes().map(({ address }) => address), [143], "addresses");
});

coachTest("a node that loses its address takes another and goes on", [light], (bench) => {
  // A static node with a lower NAME: all zero.
  bench.port.send({ id: 0x18ee008f, data: new Uint8Array(8) });
  bench.clock.advance(7000);
  same(bench.simulator.nodes()[0]?.address, 142, "address");
  same(bench.of("DC_DIMMER_STATUS_3").at(-1)?.message.sourceAddress, 142, "source of the statuses");
});

coachTest("a dimmer says that it changes, then its level, no two frames nearer than 100 ms", [light], (bench) => {
  bench.dimmer(25, { desired_level: 60, command: "set_level" }, 3000);
  const levels = bench.of("DC_DIMMER_STATUS_3", 25).map(({ message }) => said(message, "operating_status_brightness"));
  check(levels.includes("value_is_changing"), `it never said that it changes: ${levels}`);
  same(levels.at(-1), 60, "level at the end");
  same(bench.says("DC_DIMMER_STATUS_3", "load_status"), "on_or_flashing", "load");
  same(bench.says("DC_DIMMER_STATUS_3", "last_command"), "set_level", "last command");
  const times = bench.of("DC_DIMMER_STATUS_3", 25).map(({ atMs }) => atMs);
  times.forEach((atMs, i) => check(i === 0 || atMs - times[i - 1]! >= 100, `gap of ${atMs - times[i - 1]!} ms`));
});

coachTest("a dimmer is heard at least every 5 s without a command", [light], (bench) => {
  bench.clock.advance(30_000);
  const times = bench.of("DC_DIMMER_STATUS_3", 25).map(({ atMs }) => atMs);
  check(times.length >= 6, `heard ${times.length} times in 32 s`);
  times.forEach((atMs, i) => check(i === 0 || atMs - times[i - 1]! <= 5050, `gap of ${atMs - times[i - 1]!} ms`));
});

coachTest("a delay counts down and a duration ends", [light], (bench) => {
  bench.dimmer(25, { desired_level: 100, command: "on_duration", delay_duration: 5 }, 2000);
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness"), 100, "level while it lasts");
  bench.clock.advance(5000);
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness"), 0, "level afterwards");
});

coachTest("a command for an instance that is not mapped meets silence", [light], (bench) => {
  bench.dimmer(26, { desired_level: 100, command: "on_delay" }, 6000);
  same(bench.of("DC_DIMMER_STATUS_3", 26).length, 0, "statuses of instance 26");
  same(bench.acknowledgments(), [], "acknowledgments");
});

coachTest("a level that no dimmer has is refused as out of range", [light], (bench) => {
  bench.port.send({ id: 0x19fedb44, data: Uint8Array.of(25, 255, 220, 0, 255, 0, 255, 255) });
  bench.clock.advance(100);
  same(
    bench.acknowledgments(),
    [{ code: 5, instance: 25, acknowledgedAddress: ourAddress, dgn: 0x1fedb, to: ourAddress }],
    "acknowledgments",
  );
});

coachTest("an AC load draws current when it is on", [acLoad], (bench) => {
  bench.send({ message: "AC_LOAD_COMMAND", values: { instance: 3, desired_level: 100, command: "on_delay" } });
  same(bench.says("AC_LOAD_STATUS", "operating_status", 3), 100, "level");
  check(Number(bench.says("AC_LOAD_STATUS", "present_current", 3)) > 1, "it draws nothing");
  same(bench.says("AC_LOAD_STATUS_2", "last_command", 3), "on_delay", "last command");
});

coachTest("the two outputs of a pair are never on together, and stop after their seconds", [shade], (bench) => {
  bench.dimmer(40, { desired_level: 100, command: "on_duration", delay_duration: 3 }, 300);
  bench.dimmer(41, { desired_level: 100, command: "on_duration", delay_duration: 3 }, 300);
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness", 40), 0, "forward");
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness", 41), 100, "reverse");
  bench.clock.advance(4000);
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness", 41), 0, "reverse after 3 s");
});

coachTest("an awning moves while commands come and stops on silence", [awning], (bench) => {
  const extend = { message: "AWNING_COMMAND", values: { instance: 1, direction_of_movement: "extend" } };
  for (let i = 0; i < 20; i++) bench.send(extend, 100);
  same(bench.says("AWNING_STATUS", "motion"), "extending", "motion while held");
  const out = Number(bench.says("AWNING_STATUS", "position"));
  check(out > 4 && out < 10, `position ${out} %`);
  bench.clock.advance(1000);
  same(bench.says("AWNING_STATUS", "motion"), "no_motion", "motion after release");
});

coachTest("an awning refuses to extend while the coach drives", [awning], (bench) => {
  bench.simulator.setDriving(true);
  bench.send({ message: "AWNING_COMMAND", values: { instance: 1, direction_of_movement: "extend" } });
  same(bench.acknowledgments().map(({ code }) => code), [3], "acknowledgment codes");
  same(bench.says("AWNING_STATUS", "parked_status"), "locked_out", "lockout");
});

coachTest("a room warms up to its set point", [zone], (bench) => {
  const before = Number(bench.says("THERMOSTAT_AMBIENT_STATUS", "ambient_temp", 7));
  bench.send({
    message: "THERMOSTAT_COMMAND_1",
    values: { instance: 1, operating_mode: "heat", setpoint_temp_heat: 28 },
  });
  same(bench.says("THERMOSTAT_STATUS_1", "operating_mode", 1), "heat", "mode");
  same(bench.says("THERMOSTAT_STATUS_1", "setpoint_temp_heat", 1), 28, "set point");
  same(bench.says("THERMOSTAT_STATUS_1", "fan_mode", 1), "auto", "what the command left out");
  bench.clock.advance(1_800_000);
  const after = Number(bench.says("THERMOSTAT_AMBIENT_STATUS", "ambient_temp", 7));
  check(after > before && Math.abs(after - 28) < 1, `from ${before} to ${after} °C`);
});

coachTest("the battery charges on shore power and empties without", [battery, charger, light], (bench) => {
  const soc = () => Number(bench.says("DC_SOURCE_STATUS_2", "state_of_charge", 1));
  check(Number(bench.says("DC_SOURCE_STATUS_1", "dc_current", 1)) < 0, "the current does not flow into the battery");
  const start = soc();
  bench.clock.advance(600_000);
  check(soc() > start, `state of charge went from ${start} to ${soc()} on shore power`);
  bench.simulator.setShore(false);
  bench.dimmer(25, { desired_level: 100, command: "set_level" }, 5000);
  same(bench.says("CHARGER_STATUS", "operating_state"), "not_charging", "charger");
  check(Number(bench.says("DC_SOURCE_STATUS_1", "dc_current", 1)) > 0, "the current does not flow out of the battery");
});

coachTest("the generator cranks, runs and stops", [generator], (bench) => {
  bench.send({ message: "GENERATOR_COMMAND", values: { command: "start" } }, 3000);
  same(bench.says("GENERATOR_STATUS_1", "status"), "cranking", "after 3 s");
  bench.clock.advance(6000);
  same(bench.says("GENERATOR_STATUS_1", "status"), "running", "after 9 s");
  check(Number(bench.says("GENERATOR_STATUS_2", "engine_rpm")) > 1000, "the engine stands");
  bench.send({ message: "GENERATOR_COMMAND", values: { command: "start" } });
  same(bench.acknowledgments().map(({ code }) => code), [3], "codes for a second start");
  bench.send({ message: "GENERATOR_COMMAND", values: { command: "stop" } });
  same(bench.says("GENERATOR_STATUS_1", "status"), "stopped", "after stop");
}, { shore: false });

coachTest(
  "a request is answered with the message, an addressed one for nothing we have with a NAK",
  [light],
  (bench) => {
    const before = bench.of("DC_DIMMER_STATUS_3").length;
    bench.port.send(requestFrame({ dgn: 0x1feda, sourceAddress: ourAddress }));
    bench.clock.advance(150);
    same(bench.of("DC_DIMMER_STATUS_3").length, before + 1, "statuses");
    bench.port.send(requestFrame({ dgn: 0x1ffb7, sourceAddress: ourAddress }));
    bench.clock.advance(150);
    same(bench.acknowledgments().length, 0, "acknowledgments of a request to everybody");
    bench.port.send(requestFrame({ dgn: 0x1ffb7, sourceAddress: ourAddress, destination: 143 }));
    bench.clock.advance(150);
    same(
      bench.acknowledgments().map(({ code, dgn }) => ({ code, dgn })),
      [{ code: 1, dgn: 0x1ffb7 }],
      "acknowledgments",
    );
  },
);

coachTest("a node says who made it", [light], (bench) => {
  bench.port.send(requestFrame({ dgn: 0x0feeb, sourceAddress: ourAddress, destination: 143 }));
  bench.clock.advance(1000);
  const packets = bench.frames.filter((frame) => ((frame.id >>> 8) & 0xffff) === 0xebff);
  const text = new TextDecoder().decode(Uint8Array.from(packets.flatMap(({ data }) => [...data.subarray(1)])));
  check(text.startsWith("CoachIQ*Dimmer controller*"), `it said "${text}"`);
});

coachTest("a silent node says and does nothing until it is back", [light], (bench) => {
  const end = bench.simulator.faults.silence("dimmer");
  bench.heard.length = 0;
  bench.dimmer(25, { desired_level: 100, command: "on_delay" }, 10_000);
  same(bench.heard.length, 0, "messages while it is silent");
  end();
  bench.clock.advance(5100);
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness"), 0, "level afterwards");
});

coachTest("a stuck status repeats its bytes whatever happens", [light], (bench) => {
  bench.simulator.faults.stick("DC_DIMMER_STATUS_3", 25);
  bench.heard.length = 0;
  bench.dimmer(25, { desired_level: 100, command: "on_delay" }, 11_000);
  check(bench.heard.length >= 2, "it went silent");
  same(new Set(bench.heard.map(({ frame }) => frame.data.join())).size, 1, "different frames");
});

coachTest("a refused command gets its code and changes nothing", [light], (bench) => {
  const end = bench.simulator.faults.refuse({ message: "DC_DIMMER_COMMAND_2", instance: 25, code: 8 });
  bench.dimmer(25, { desired_level: 100, command: "on_delay" }, 6000);
  same(bench.acknowledgments().map(({ code, to }) => ({ code, to })), [{ code: 8, to: ourAddress }], "acknowledgments");
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness"), 0, "level");
  end();
  bench.dimmer(25, { desired_level: 100, command: "on_delay" }, 2000);
  same(bench.says("DC_DIMMER_STATUS_3", "operating_status_brightness"), 100, "level once it obeys");
});

coachTest("duplicate frames come twice with the same bytes", [light], (bench) => {
  bench.simulator.faults.duplicate();
  bench.frames.length = 0;
  bench.clock.advance(10_000);
  check(bench.frames.length >= 4 && bench.frames.length % 2 === 0, `${bench.frames.length} frames`);
  for (let i = 0; i < bench.frames.length; i += 2) {
    same(bench.frames[i]!.data.join(), bench.frames[i + 1]!.data.join(), `frame ${i}`);
  }
});

coachTest("a coach off the bus is not heard, and comes back", [light], (bench) => {
  const end = bench.simulator.faults.link("busOff");
  bench.frames.length = 0;
  bench.clock.advance(10_000);
  same(bench.frames.length, 0, "frames while it is off the bus");
  end();
  bench.clock.advance(5100);
  check(bench.frames.length > 0, "it did not come back");
});

coachTest("a lost clock says the year 2000, and the right one when it is set", [clock], (bench) => {
  same(bench.says("DATE_TIME_STATUS", "year"), 2026, "year");
  const end = bench.simulator.faults.loseClock();
  bench.clock.advance(1100);
  same(bench.says("DATE_TIME_STATUS", "year"), 2000, "year without a clock");
  end();
  bench.clock.advance(1100);
  same(bench.says("DATE_TIME_STATUS", "year"), 2026, "year at the end");
});

coachTest("a storm is frames of every length at the rate asked for, until it ends", [light], (bench) => {
  const end = bench.simulator.faults.storm(1000);
  bench.frames.length = 0;
  bench.clock.advance(1000);
  check(Math.abs(bench.frames.length - 1000) <= 30, `${bench.frames.length} frames in a second`);
  same(new Set(bench.frames.map(({ data }) => data.length)).size, 9, "different lengths");
  end();
  bench.clock.advance(10);
  bench.frames.length = 0;
  bench.clock.advance(1000);
  check(bench.frames.length < 5, `${bench.frames.length} frames after the end`);
});

coachTest("a fault that names nothing of this coach is refused with what there is", [light], (bench) => {
  let message = "";
  try {
    bench.simulator.faults.silence("toaster");
  } catch (error) {
    message = String(error);
  }
  check(message.includes("expected one of dimmer"), message);
});

coachTest("extra traffic fills the bus at the rate asked for and touches no mapped instance", [light], (bench) => {
  bench.heard.length = 0;
  bench.frames.length = 0;
  bench.clock.advance(2000);
  check(Math.abs(bench.frames.length - 8000) < 100, `${bench.frames.length} frames in 2 s, expected 8000`);
  check(bench.of("DC_DIMMER_STATUS_3", 25).length < 3, "it spoke for a mapped instance");
  same(bench.frames.length, bench.heard.length, "frames that decode");
}, { extraFramesPerS: 4000 });

Deno.test("two coaches of one seed send the same frames at the same times", async () => {
  const runs = await Promise.all([0, 1].map(async () => {
    const bench = new Bench([light, zone, battery, generator, awning], { extraFramesPerS: 10 });
    await bench.start(20_000);
    await bench.simulator.stop();
    return bench.frames.map(({ id, data, timestampMs }) => `${timestampMs} ${id} ${data.join()}`).join("\n");
  }));
  check(runs[0] === runs[1] && runs[0]!.length > 1000, "the two runs differ");
});

function models(): readonly CoachModel[] {
  const folder = new URL("../../reference/models/", import.meta.url);
  return [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".yml")).map(({ name }) => {
    const loaded = loadModel(Deno.readTextFileSync(new URL(name, folder)), { file: name });
    if (!("model" in loaded)) throw new Error(`${name}: ${JSON.stringify(loaded)}`);
    return loaded.model;
  });
}

function answers(heard: readonly Heard[], definition: EntityDefinition): readonly string[] {
  return kindOf(definition).bindings(definition).filter(({ message, instance, where, sourceAddress }) =>
    !heard.some(({ message: found }) =>
      found.row.name === protocol.codec.rowNamed(message)?.name &&
      (instance === undefined || instanceOf(found) === instance) &&
      (sourceAddress === undefined || found.sourceAddress === sourceAddress) &&
      Object.entries(where ?? {}).every(([field, raw]) => {
        const read = reading(found, field);
        return read !== undefined && "value" in read && read.value === raw;
      })
    )
  ).map(({ message, instance }) => `${definition.id}: ${message} ${instance ?? ""}`);
}

Deno.test("every status that any shipped model listens to is heard within 8 s, with no value out of range", async () => {
  let listened = 0;
  for (const model of models()) {
    const bench = new Bench(model.entities);
    await bench.start(8000);
    await bench.simulator.stop();
    const missing = model.entities.flatMap((definition) => answers(bench.heard, definition));
    same(missing, [], `${model.id}: never heard`);
    for (const { message } of bench.heard) {
      const odd = message.readings.findIndex((one) => "status" in one && one.status !== "notAvailable");
      check(odd === -1, `${model.id}: ${message.row.name}.${message.signals[odd]?.name} is out of range`);
    }
    listened += model.entities.length;
  }
  check(listened > 200, `looked at ${listened} entities, expected more than 200`);
});
