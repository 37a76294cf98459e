import type { Clock } from "../base/mod.ts";
import { clientKey } from "./client_address.ts";

/** So many at once, and so many more per second. */
export interface Rate {
  readonly perS: number;
  readonly burst: number;
}

/** What one address may ask of the site. */
export interface RequestLimitsOptions {
  readonly clock: Clock;
  /** Every request. Default 50/s after 200: a page with its files and islands is about 30. */
  readonly requests?: Rate;
  /** Those that change something. Default 20/s after 100: a slider under a finger sends 7/s. */
  readonly changes?: Rate;
  /** Requests that wait for their answer at one time. Default 32: a browser opens 6 connections. */
  readonly open?: number;
  /** Addresses that are remembered. Default 4096, about 1 MB. */
  readonly addresses?: number;
}

/** Let in: `end` must be called once, when the answer is there. Else when to come again. */
export type Admission = { readonly end: () => void } | { readonly retryAfterS: number };

interface Client {
  requests: number;
  changes: number;
  atMs: number;
  open: number;
}

const defaults = {
  requests: { perS: 50, burst: 200 },
  changes: { perS: 20, burst: 100 },
  open: 32,
  addresses: 4096,
} as const;

/**
 * Keeps one address from taking the site from the others. Memory is bounded: of more addresses than fit, the one that
 * was silent for longest is forgotten, which gives it a full burst again and nothing else.
 */
export class RequestLimits {
  readonly #options: Required<RequestLimitsOptions>;
  /** In the order of their last request. */
  readonly #clients = new Map<string, Client>();

  constructor(options: RequestLimitsOptions) {
    this.#options = { ...defaults, ...options };
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#clients.size;
  }

  /** Counts a request of an address. */
  begin(address: string, { changes }: { readonly changes: boolean }): Admission {
    const client = this.#clientAt(clientKey(address));
    if (client.open >= this.#options.open) return { retryAfterS: 1 };
    const waitMs = Math.max(
      untilOne(client.requests, this.#options.requests),
      changes ? untilOne(client.changes, this.#options.changes) : 0,
    );
    if (waitMs > 0) return { retryAfterS: Math.ceil(waitMs / 1000) };
    client.requests--;
    if (changes) client.changes--;
    client.open++;
    let ended = false;
    const end = () => {
      if (!ended) client.open--;
      ended = true;
    };
    return { end };
  }

  #clientAt(key: string): Client {
    const { requests, changes, clock, addresses } = this.#options;
    const nowMs = clock.monotonicMs();
    let client = this.#clients.get(key);
    if (client) {
      const passedS = (nowMs - client.atMs) / 1000;
      client.requests = Math.min(requests.burst, client.requests + passedS * requests.perS);
      client.changes = Math.min(changes.burst, client.changes + passedS * changes.perS);
      client.atMs = nowMs;
      this.#clients.delete(key);
    } else {
      client = { requests: requests.burst, changes: changes.burst, atMs: nowMs, open: 0 };
      if (this.#clients.size >= addresses) this.#forgetOne();
    }
    this.#clients.set(key, client);
    return client;
  }

  #forgetOne(): void {
    for (const key of this.#clients.keys()) {
      this.#clients.delete(key);
      return;
    }
  }
}

/** How long until there is one, ms. */
function untilOne(level: number, { perS }: Rate): number {
  return level >= 1 ? 0 : (1 - level) / perS * 1000;
}
