import { clientKey } from "./client_address.ts";
import type { FeedLimits } from "./live_client.ts";
import { HttpError } from "./problems.ts";

/** A connection that was promised and never came is forgotten after this, ms. */
const openingPatienceMs = 10_000;
/** When it is worth asking again, s. */
const retryAfterS = 30;

/** The place of one socket. */
export interface Seat {
  /** The connection is there; from now on the seat is taken until {@link leave}. */
  open(): void;
  leave(): void;
}

interface Taken {
  readonly key: string;
  readonly sinceMs: number;
  isOpen: boolean;
}

/** Counts sockets, from the moment they are asked for: a burst does not get past the limits. */
export class Seats {
  readonly #limits: Pick<FeedLimits, "clients" | "clientsPerAddress">;
  readonly #taken = new Set<Taken>();

  constructor(limits: Pick<FeedLimits, "clients" | "clientsPerAddress">) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#taken.size;
  }

  /** @throws {HttpError} 503: there are too many; 429: too many from this address, the machine itself excepted. */
  take(address: string, { nowMs, isMachine }: { readonly nowMs: number; readonly isMachine: boolean }): Seat {
    const { clients, clientsPerAddress } = this.#limits;
    const key = clientKey(address);
    let ofAddress = 0;
    for (const seat of this.#taken) {
      if (!seat.isOpen && nowMs - seat.sinceMs > openingPatienceMs) this.#taken.delete(seat);
      else if (seat.key === key) ofAddress++;
    }
    const headers = { "retry-after": String(retryAfterS) };
    if (this.#taken.size >= clients) {
      throw new HttpError(503, { detail: `There are ${clients} screens connected, which is the most.`, headers });
    }
    if (ofAddress >= clientsPerAddress && !isMachine) {
      const detail = `There are ${clientsPerAddress} screens connected from this address, which is the most.`;
      throw new HttpError(429, { detail, headers });
    }
    const taken: Taken = { key, sinceMs: nowMs, isOpen: false };
    this.#taken.add(taken);
    return {
      open: () => {
        taken.isOpen = true;
        this.#taken.add(taken);
      },
      leave: () => void this.#taken.delete(taken),
    };
  }
}
