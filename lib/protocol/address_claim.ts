import type { OutgoingFrame } from "../can/types.ts";
import { buildCanId, dgnOfId, globalAddress, nullAddress, sourceAddressOfId } from "./can_id.ts";
import { compareNames } from "./node_name.ts";
import { parseRequest, requestFrame } from "./requests.ts";

const addressClaimedDgn = 0x0ee00;
const requestDgn = 0x0ea00;
const manufacturerRequestDgn = 0x1fed6;

/** Wait after the probe, and again after the claim, ms (RV-C 2023-11, 3.3). */
export const claimWaitMs = 250;
/** Shortest time between two claims of ours, so that a node that challenges without end cannot make us flood, ms. */
export const claimGapMs = 50;

/** Who we are and which addresses we may take. */
export interface ClaimOptions {
  /** Our NAME, 8 bytes. */
  readonly name: Uint8Array;
  /** Addresses we may take, [0, 253], `low` ≤ `high`; tried from `preferred` down, then from `high` down. */
  readonly low: number;
  readonly high: number;
  /** First to try; default `high`. A static node has `low` = `high`. */
  readonly preferred?: number;
  /** Also claim at EEFF, where J1939 and NMEA 2000 nodes listen. Default `false`: RV-C asks for EE00 alone. */
  readonly alsoGlobal?: boolean;
  /**
   * Nothing is waited for before {@link AddressClaim.onTaken} has told that the bus took the probe, and then the claim: a
   * frame that nobody acknowledges was seen by nobody. Default `false`: time alone counts.
   */
  readonly awaitsTaking?: boolean;
}

/**
 * `idle`: not started; `probing`: asking whether an address is free; `claiming`: claimed it, waiting for objections;
 * `claimed`: ours; `failed`: no address is left, we are silent.
 */
export type ClaimState = "idle" | "probing" | "claiming" | "claimed" | "failed";

export type ClaimEvent =
  | { readonly kind: "claimed"; readonly address: number }
  | { readonly kind: "lost"; readonly address: number; readonly toName: Uint8Array }
  | { readonly kind: "failed" };

/** Result of one step: what happened, and what to put on the bus, in order. */
export interface ClaimStep {
  readonly events: readonly ClaimEvent[];
  readonly frames: readonly OutgoingFrame[];
}

const nothing: ClaimStep = Object.freeze({ events: Object.freeze([]), frames: Object.freeze([]) });

/**
 * Claims a source address as RV-C has it (2023-11, 3.3): probe from 254, wait, claim, wait; the lower NAME wins an
 * address; a loser takes the next lower one of its range, and is silent when there is none.
 *
 * A pure state machine: time comes in as monotonic ms, and `nextDueMs` says when `tick()` wants to be called. Frames of
 * our own may be fed back: our own NAME is never an objection.
 */
export class AddressClaim {
  readonly #options: ClaimOptions;
  #state: ClaimState = "idle";
  #candidate = nullAddress;
  #dueMs: number | undefined;
  #claimedAtMs = -Infinity;
  #isTaken = false;
  #tried = new Set<number>();

  /** @throws RangeError when the range or the NAME cannot be. */
  constructor(options: ClaimOptions) {
    const { low, high, name } = options;
    const preferred = options.preferred ?? high;
    if (!(low >= 0 && low <= high && high <= 253 && preferred >= 0 && preferred <= 253) || name.length !== 8) {
      throw new RangeError(
        `Cannot claim an address: range is ${low} to ${high}, preferred ${preferred}, NAME of ${name.length} bytes, ` +
          `expected addresses from 0 to 253 and 8 bytes`,
      );
    }
    this.#options = options;
  }

  get state(): ClaimState {
    return this.#state;
  }

  /** Our address, once it is ours; we transmit nothing else without one. */
  get address(): number | undefined {
    return this.#state === "claimed" ? this.#candidate : undefined;
  }

  get nextDueMs(): number | undefined {
    return this.#dueMs;
  }

  /** Begins, or begins again after `failed`. */
  start(nowMs: number): ClaimStep {
    this.#tried = new Set();
    return this.#probe(this.#options.preferred ?? this.#options.high, nowMs);
  }

  /** Gives the address up without a word. */
  stop(): void {
    this.#state = "idle";
    this.#dueMs = undefined;
  }

  /** The bus took a frame of ours: from now on the others have seen it. */
  onTaken(frame: OutgoingFrame, nowMs: number): void {
    if (this.#isTaken || !this.#isWaiting || !this.#announcement().some(({ id }) => id === frame.id)) return;
    this.#isTaken = true;
    if (this.#options.awaitsTaking) this.#dueMs = nowMs + claimWaitMs;
  }

  /** What was announced last, once more: the bus may not have taken it. */
  repeat(nowMs: number): ClaimStep {
    if (this.#state === "claiming" || this.#state === "claimed") this.#claimedAtMs = nowMs;
    return { events: [], frames: this.#announcement() };
  }

  /** Takes any frame. */
  onFrame(frame: { readonly id: number; readonly data: Uint8Array }, nowMs: number): ClaimStep {
    if (this.#state === "idle" || this.#state === "failed" || (frame.id & 0xe2000000) !== 0) return nothing;
    const dgn = dgnOfId(frame.id);
    const source = sourceAddressOfId(frame.id);
    if (dgn === addressClaimedDgn) return this.#onClaim(source, frame.data, nowMs);
    if (dgn === requestDgn) return this.#onRequest(frame, nowMs);
    if (dgn === manufacturerRequestDgn) return this.#onManufacturerRequest(frame.data, nowMs);
    // Some nodes do not answer probes but do talk: the address is taken.
    if (this.#state === "probing" && source === this.#candidate) return this.#next(nowMs);
    return nothing;
  }

  tick(nowMs: number): ClaimStep {
    if (this.#dueMs === undefined || nowMs < this.#dueMs) return nothing;
    if (this.#options.awaitsTaking && !this.#isTaken) {
      this.#dueMs = undefined;
      return nothing;
    }
    if (this.#state === "probing") {
      this.#state = "claiming";
      this.#isTaken = false;
      this.#dueMs = nowMs + claimWaitMs;
      this.#claimedAtMs = nowMs;
      return { events: [], frames: this.#claimFrames() };
    }
    this.#dueMs = undefined;
    if (this.#state !== "claiming") return nothing;
    this.#state = "claimed";
    return { events: [{ kind: "claimed", address: this.#candidate }], frames: [] };
  }

  #onClaim(source: number, data: Uint8Array, nowMs: number): ClaimStep {
    if (source !== this.#candidate || data.length < 8) return nothing;
    const { name } = this.#options;
    const order = compareNames(name, data);
    if (order === 0) return nothing;
    const isStatic = this.#options.low === this.#options.high;
    if (this.#state === "probing") return isStatic && order < 0 ? nothing : this.#next(nowMs);
    if (order < 0) return this.#repeatClaim(nowMs);
    const lost = this.#state === "claimed";
    const address = this.#candidate;
    const step = this.#next(nowMs);
    return lost
      ? { events: [{ kind: "lost", address, toName: data.slice(0, 8) }, ...step.events], frames: step.frames }
      : step;
  }

  #onRequest(frame: { readonly id: number; readonly data: Uint8Array }, nowMs: number): ClaimStep {
    if (this.#state === "probing") return nothing;
    const destination = (frame.id >>> 8) & 0xff;
    if (destination !== globalAddress && destination !== this.#candidate) return nothing;
    return parseRequest(frame.data)?.dgn === addressClaimedDgn ? this.#repeatClaim(nowMs) : nothing;
  }

  /** MFG_SPECIFIC_CLAIM_REQUEST: nodes of one manufacturer answer; low 3 bits in byte 0, the others in byte 1. */
  #onManufacturerRequest(data: Uint8Array, nowMs: number): ClaimStep {
    if (this.#state === "probing" || data.length < 2) return nothing;
    const wanted = ((data[1] ?? 0) << 3) | ((data[0] ?? 0) & 7);
    const { name } = this.#options;
    const ours = ((name[2] ?? 0) >> 5) | ((name[3] ?? 0) << 3);
    return wanted === ours ? this.#repeatClaim(nowMs) : nothing;
  }

  #repeatClaim(nowMs: number): ClaimStep {
    if (nowMs - this.#claimedAtMs < claimGapMs) return nothing;
    this.#claimedAtMs = nowMs;
    return { events: [], frames: this.#claimFrames() };
  }

  #probe(address: number, nowMs: number): ClaimStep {
    this.#state = "probing";
    this.#candidate = address;
    this.#tried.add(address);
    this.#isTaken = false;
    this.#dueMs = nowMs + claimWaitMs;
    return { events: [], frames: this.#announcement() };
  }

  get #isWaiting(): boolean {
    return this.#state === "probing" || this.#state === "claiming";
  }

  /** The probe or the claim of now. */
  #announcement(): readonly OutgoingFrame[] {
    switch (this.#state) {
      case "probing":
        return [requestFrame({ dgn: addressClaimedDgn, sourceAddress: nullAddress, destination: this.#candidate })];
      case "claiming":
      case "claimed":
        return this.#claimFrames();
      case "idle":
      case "failed":
        return [];
      default:
        return this.#state satisfies never;
    }
  }

  /** The next lower address not tried yet, from the top of the range again after its bottom. */
  #next(nowMs: number): ClaimStep {
    const { low, high } = this.#options;
    const count = high - low + 1;
    const from = this.#candidate >= low && this.#candidate <= high ? this.#candidate - 1 : high;
    for (let i = 0; i < count; i++) {
      const address = low + ((((from - low - i) % count) + count) % count);
      if (!this.#tried.has(address)) return this.#probe(address, nowMs);
    }
    this.#state = "failed";
    this.#dueMs = undefined;
    return { events: [{ kind: "failed" }], frames: [] };
  }

  #claimFrames(): readonly OutgoingFrame[] {
    const { name, alsoGlobal } = this.#options;
    const destinations = alsoGlobal ? [0, globalAddress] : [0];
    return destinations.map((destination) => ({
      id: buildCanId({ dgn: addressClaimedDgn, priority: 6, sourceAddress: this.#candidate, destination }),
      data: name.slice(),
    }));
  }
}
