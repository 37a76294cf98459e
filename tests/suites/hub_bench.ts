import assert from "node:assert/strict";
import { ManualClock, silentLogger } from "../../lib/base/mod.ts";
import { type CanFrame, VirtualBus } from "../../lib/can/mod.ts";
import { type EntityDefinition, entityDefinitionSchema } from "../../lib/coach/mod.ts";
import { type EntitySnapshot, Hub } from "../../lib/hub/mod.ts";
import { createProtocol, dgnOfId, encodeName, type SignalValues } from "../../lib/protocol/mod.ts";

/** The standards as they are. */
export const protocol = createProtocol();
const identity = {
  name: encodeName({
    serialNumber: 1,
    manufacturerCode: 0x7ff,
    nodeInstance: 0,
    functionInstance: 0,
    function: 0,
    vehicleSystem: 0,
    vehicleSystemInstance: 0,
    industryGroup: 0,
    arbitraryAddressCapable: true,
  }),
  lowAddress: 144,
  highAddress: 159,
  product: { make: "CoachIQ", model: "CoachIQ", serialNumber: "1", unitNumber: "" },
};

/** Definitions with what a test does not care about. */
export function define(...definitions: object[]): EntityDefinition[] {
  return definitions.map((definition) =>
    entityDefinitionSchema.parse({ name: "Thing", area: "living", ...definition })
  );
}

/** A light on a dimmer. */
export const light = (id: string, ...instances: number[]) => ({ id, kind: "light", load: { instances } });

/** A hub on one or two virtual interfaces, and a peer that plays the coach. */
export class Bench {
  readonly clock = new ManualClock();
  readonly buses: readonly VirtualBus[];
  readonly hub: Hub;
  readonly changes: EntitySnapshot[] = [];
  readonly heard: CanFrame[] = [];
  readonly #peers;

  constructor(definitions: EntityDefinition[], interfaces: readonly string[] = ["can0"]) {
    this.buses = interfaces.map(() => new VirtualBus({ clock: this.clock, deliverAfterMs: 0 }));
    this.#peers = this.buses.map((bus) => bus.port("peer"));
    this.hub = new Hub({
      clock: this.clock,
      logger: silentLogger,
      protocol,
      ports: this.buses.map((bus, i) => bus.port(interfaces[i] ?? "can")),
      definitions,
      identity,
    });
    this.hub.subscribe({ onEntities: (changes) => void this.changes.push(...changes) });
  }

  async start(): Promise<void> {
    for (const peer of this.#peers) {
      await peer.start({
        onFrames: (frames) => void this.heard.push(...frames.filter((frame) => frame.direction === "rx")),
        onLink() {},
      });
    }
    await this.hub.start();
    this.clock.advance(600);
  }

  async stop(): Promise<void> {
    await this.hub.stop();
    for (const peer of this.#peers) await peer.stop();
  }

  say(
    message: string,
    options: { readonly values: SignalValues; readonly from?: number; readonly bus?: number },
  ): void {
    const { id, data } = protocol.codec.encode({ message, values: options.values }, options.from ?? 0x9c);
    this.#peers[options.bus ?? 0]?.send({ id, data });
    this.clock.advance(0);
  }

  dimmer(instance: number, level: number, bus = 0): void {
    this.say("DC_DIMMER_STATUS_3", {
      values: { instance, operating_status_brightness: level, load_status: level > 0 ? 1 : 0, lock_status: 0 },
      bus,
    });
  }

  raw(frame: { readonly id: number; readonly data: Uint8Array }, bus = 0): void {
    this.#peers[bus]?.send(frame);
    this.clock.advance(0);
  }

  commands(name: string): CanFrame[] {
    const dgn = protocol.codec.dgnOf(name);
    return this.heard.filter((frame) => dgnOfId(frame.id) === dgn);
  }
}

/** A hub that has its address, for one test; no timer may be left behind. */
export async function bench(
  definitions: object[],
  test: (bench: Bench) => Promise<void>,
  interfaces?: string[],
): Promise<void> {
  const one = new Bench(define(...definitions), interfaces);
  await one.start();
  try {
    await test(one);
  } finally {
    await one.stop();
  }
  assert.equal(one.clock.pending, 0, "no timer is left behind");
}
