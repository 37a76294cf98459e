/**
 * The whole program on a real kernel's CAN: server, simulated coach and can-utils on one vcan, each a process of its
 * own. The cases follow each other in one run. Imported by the host for the names, run inside by `program_guest.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type CanFrame, parseCandumpLog } from "../../../lib/can/mod.ts";
import { json, Program } from "./program.ts";
import { type GuestCase, pause, printInfo, sh, until } from "./report.ts";

interface Entity {
  readonly id: string;
  readonly kind: string;
  readonly freshness: string;
  readonly state: Readonly<Record<string, { readonly value?: unknown }>>;
}

interface Interface {
  readonly name: string;
  readonly link: string;
  readonly rxFrames: number;
  readonly problem?: string;
}

const BUS_LOG = "/root/bus.log";
/** DC_DIMMER_STATUS_3 and DC_DIMMER_COMMAND_2 (RV-C 6.25). */
const DIMMER_STATUS = 0x1feda, DIMMER_COMMAND = 0x1fedb;

/** Server, coach and candump, from the first case to the last. */
class Coach {
  readonly server: Program;
  readonly simulator: Program;
  readonly #dump: Deno.ChildProcess;
  address = "";

  constructor() {
    this.#dump = new Deno.Command("sh", { args: ["-c", `exec candump -D -L vcan0 > ${BUS_LOG}`] }).spawn();
    this.simulator = new Program(["simulate", "--can", "vcan0", "--model", "simulated_coach"]);
    const data = ["--profile", "development", "--data-dir", "/root/data"];
    this.server = new Program([
      "serve",
      ...data,
      "--port",
      "8080",
      "--can",
      "vcan0,vcan1",
      "--model",
      "simulated_coach",
    ]);
  }

  lights(): Promise<readonly Entity[]> {
    return json(`${this.address}/api/entities?kind=light`);
  }

  async canInterface(name: string): Promise<Interface> {
    const all = await json<readonly Interface[]>(`${this.address}/api/can/interfaces`);
    const found = all.find((one) => one.name === name);
    assert.ok(found, `the server knows ${name}`);
    return found;
  }

  /** Frames of one DGN that candump has written so far. */
  async dumped(dgn: number): Promise<readonly CanFrame[]> {
    return parseCandumpLog(await Deno.readFile(BUS_LOG)).filter(({ id }) => ((id >>> 8) & 0x1ffff) === dgn);
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    this.#dump.kill();
    await this.#dump.status;
  }
}

/** Asks until the answer will do. */
async function eventually<T>(
  ask: () => Promise<T>,
  { good, what }: { good: (answer: T) => boolean; what: string },
): Promise<T> {
  const endMs = performance.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (performance.now() > endMs) throw new Error(`expected: ${what}; the last answer: ${JSON.stringify(answer)}`);
    await pause(100);
  }
}

function isOn(light: Entity | undefined): unknown {
  return light?.state["on"]?.value;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The cases of one run; the message of one that fails ends with what the programs wrote. */
export function programCases(): readonly GuestCase[] {
  let running: Coach | undefined;
  const tail = (program: Program | undefined) => program?.output.slice(-2000) ?? "";
  return casesOf((coach) => running = coach, () => running).map(({ name, run }) => ({
    name,
    run: () =>
      run().catch((cause) => {
        const wrote = `serve wrote:\n${tail(running?.server)}\nsimulate wrote:\n${tail(running?.simulator)}`;
        throw new Error(`${cause instanceof Error ? cause.stack : cause}\n${wrote}`, { cause });
      }),
  }));
}

function casesOf(start: (coach: Coach) => void, started: () => Coach | undefined): readonly GuestCase[] {
  const coach = (): Coach => {
    const running = started();
    assert.ok(running && running.address !== "", "the program runs");
    return running;
  };
  return [
    {
      name: "serve --can vcan0,vcan1 shows the coach that simulate --can vcan0 is",
      async run() {
        for (const name of ["vcan0", "vcan1"]) await sh(`ip link add ${name} type vcan; ip link set ${name} up`);
        const startMs = performance.now();
        const running = new Coach();
        start(running);
        running.address = await running.server.address();
        printInfo("start", { addressMs: Math.round(performance.now() - startMs) });
        const good = (lights: readonly Entity[]) => lights.some(({ freshness }) => freshness === "live");
        await eventually(() => coach().lights(), { good, what: "a light is live" });
      },
    },
    { name: "a command by HTTP is seen by candump and confirmed by the coach", run: () => commandReachesBus(coach()) },
    { name: "the interface goes down and up again, and the server carries on", run: () => downAndUp(coach()) },
    { name: "the second interface is read at the same time", run: () => secondInterface(coach()) },
    { name: "a state that cansend puts on the bus is what the API shows", run: () => cansendShows(coach()) },
    {
      name: "SIGTERM ends the server with exit code 0",
      async run() {
        assert.equal(await coach().server.stop(), 0, coach().server.output);
        await coach().stop();
      },
    },
    { name: "a service waits for an interface that is not there, and takes it when it comes", run: waitsForInterface },
  ];
}

/** What systemd starts runs without its interface: an adapter may be slower than the program. */
async function waitsForInterface(): Promise<void> {
  const data = ["--profile", "development", "--data-dir", "/root/service"];
  const server = new Program(["serve", ...data, "--port", "8081", "--can", "vcan2", "--model", "simulated_coach"], {
    // Nobody listens there: that it is set is what makes it a service.
    env: { NOTIFY_SOCKET: "/run/coachiq-notify" },
  });
  try {
    const address = await server.address();
    const link = async () => (await json<readonly Interface[]>(`${address}/api/can/interfaces`))[0]?.link;
    await eventually(link, { good: (now) => now === "missing", what: "vcan2 is missing" });
    await sh("ip link add vcan2 type vcan; ip link set vcan2 up");
    await eventually(link, { good: (now) => now === "up", what: "vcan2 is taken" });
    assert.equal(await server.stop(), 0);
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : cause}; serve wrote:\n${server.output.slice(-2000)}`, {
      cause,
    });
  } finally {
    await server.stop();
  }
}

async function commandReachesBus(coach: Coach): Promise<void> {
  const light = (await coach.lights()).find((one) => one.freshness === "live" && typeof isOn(one) === "boolean");
  assert.ok(light, "there is a live light");
  const before = (await coach.dumped(DIMMER_COMMAND)).length;
  const command = isOn(light) === true ? "turnOff" : "turnOn";
  const url = `${coach.address}/api/entities/${light.id}/commands`;
  // An emulated coach may take longer than the program waits: then it is asked again.
  await eventually(() => json<{ outcome: string; reasons: string[] }>(url, { command, parameters: {} }), {
    good: ({ outcome }) => outcome === "confirmed",
    what: `${command} of ${light.id} is confirmed`,
  });
  await eventually(() => coach.dumped(DIMMER_COMMAND), {
    good: (frames) => frames.length > before,
    what: "candump shows a DC_DIMMER_COMMAND_2",
  });
  await eventually(() => coach.lights(), {
    good: (lights) => isOn(lights.find(({ id }) => id === light.id)) === (command === "turnOn"),
    what: `${light.id} shows it`,
  });
}

async function downAndUp(coach: Coach): Promise<void> {
  const get = () => coach.canInterface("vcan0");
  await sh("ip link set vcan0 down");
  const down = await eventually(get, { good: ({ link }) => link === "down", what: "vcan0 is down" });
  assert.match(down.problem ?? "", /ip link set vcan0 up/);
  await sh("ip link set vcan0 up");
  const { rxFrames } = await eventually(get, { good: ({ link }) => link === "up", what: "vcan0 is up" });
  await eventually(get, { good: (now) => now.rxFrames > rxFrames, what: "frames come again" });
  await until(() => coach.server.exitCode === undefined, { what: "the server runs on" });
}

async function secondInterface(coach: Coach): Promise<void> {
  const before = (await coach.canInterface("vcan1")).rxFrames;
  await sh("cansend vcan1 19FFB744#0102FF0001020304");
  await eventually(() => coach.canInterface("vcan1"), {
    good: ({ rxFrames }) => rxFrames === before + 1,
    what: "the frame of vcan1 is counted",
  });
  // Asked for by its interface: among the newest of both, vcan0 soon leaves no room for it. Beside it are our own claims.
  const url = `${coach.address}/api/can/frames?interface=vcan1`;
  const frames = await json<readonly { interface: string; data: string }[]>(url);
  assert.ok(frames.every((frame) => frame.interface === "vcan1"));
  assert.ok(frames.some((frame) => frame.data.toUpperCase() === "0102FF0001020304"), JSON.stringify(frames));
}

/** Stops the simulated coach and says in its place that every light is the other way round. */
async function cansendShows(coach: Coach): Promise<void> {
  await coach.simulator.stop();
  const before = await coach.lights();
  const latest = new Map((await coach.dumped(DIMMER_STATUS)).map((frame) => [frame.data[0], frame]));
  assert.ok(latest.size > 0, "candump has seen dimmers");
  for (const { id, data } of latest.values()) {
    const changed = data.slice();
    // Byte 2 is the operating status brightness, 0 to 200 in halves of a percent.
    changed[2] = data[2] === 0 ? 200 : 0;
    await sh(`cansend vcan0 ${id.toString(16).toUpperCase()}#${hex(changed)}`);
  }
  await eventually(() => coach.lights(), {
    good: (lights) =>
      lights.some((light) => {
        const was = isOn(before.find(({ id }) => id === light.id));
        return typeof was === "boolean" && isOn(light) === !was;
      }),
    what: "a light shows the other state",
  });
}
