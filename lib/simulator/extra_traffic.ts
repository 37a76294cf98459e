import type { CanPort, OutgoingFrame } from "../can/mod.ts";
import { buildCanId, type MessageRow, type ReferenceTables } from "../protocol/mod.ts";
import { Random } from "./random.ts";

/** Instances from here on belong to nobody's coach; extra traffic uses them. */
const firstInstance = 201;
const lastInstance = 250;
const poolSize = 1024;

/**
 * Realistic frames of things that are not mapped, to fill a bus: statuses of the standard, three quarters of them the
 * same as the one before, as on a real bus at rest.
 */
export class ExtraTraffic {
  readonly #ports: readonly CanPort[];
  readonly #framesPerS: number;
  readonly #random: Random;
  readonly #pool: readonly { readonly frame: OutgoingFrame; readonly changes: boolean }[];
  #debt = 0;
  #at = 0;

  /** `framesPerS` is the sum over all ports. */
  constructor(
    options: {
      readonly ports: readonly CanPort[];
      readonly tables: ReferenceTables;
      readonly framesPerS: number;
      readonly seed: number;
    },
  ) {
    this.#ports = options.ports;
    this.#framesPerS = options.framesPerS;
    this.#random = new Random(options.seed);
    this.#pool = options.framesPerS > 0 ? this.#fill(options.tables.rvc.messages) : [];
  }

  advance(seconds: number): void {
    this.#debt = Math.min(this.#debt + this.#framesPerS * seconds, this.#framesPerS);
    for (; this.#debt >= 1 && this.#pool.length > 0; this.#debt--) {
      const one = this.#pool[this.#at % this.#pool.length];
      const port = this.#ports[this.#at % this.#ports.length];
      this.#at++;
      if (!one || !port) return;
      if (one.changes) one.frame.data[2] = this.#random.below(201);
      if (port.send(one.frame) !== "queued") return;
    }
  }

  #fill(messages: readonly MessageRow[]): { readonly frame: OutgoingFrame; readonly changes: boolean }[] {
    const rows = messages.filter((row) =>
      row.lowByte === "group" && row.instanceField !== undefined && /_STATUS(_\d+)?$/.test(row.name) &&
      !row.multiPacket && !row.multiplex && row.signals[0]?.name === "instance" && row.signals[0].bitLength === 8
    );
    return Array.from({ length: poolSize }, (_, at) => {
      const row = rows[this.#random.below(rows.length)];
      if (!row) throw new Error("Cannot make traffic: the reference has no status messages");
      const data = Uint8Array.from({ length: 8 }, () => this.#random.below(201));
      data[0] = firstInstance + this.#random.below(lastInstance - firstInstance + 1);
      const id = buildCanId({ dgn: row.dgn, priority: row.priority, sourceAddress: 0x20 + at % 16 });
      return { frame: { id, data }, changes: at % 4 === 0 };
    });
  }
}
