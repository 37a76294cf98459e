import type { Clock } from "../../base/mod.ts";
import { TooManyRequests } from "../services.ts";
import { BackOff } from "./back_off.ts";

/** Who tries to prove who they are. */
export interface Try {
  /** Name that was given, whether there is such an account or not. */
  readonly username: string;
  readonly address: string;
  /** Hash of the device's cookie, on which this account signed in before. */
  readonly device?: string | undefined;
  /** The account signed in from this address before. */
  readonly isKnownAddress: boolean;
  /** Absent: there is no such account. */
  readonly wrongPins?: KeptCount | undefined;
}

/** Wrong PINs of an account in a row. They are kept on the disk: no quiet hour and no restart takes them back. */
export interface KeptCount {
  read(): number;
  write(count: number): void;
}

/** A try that may be made. It counts as wrong until it is told otherwise. */
export interface AllowedTry {
  succeeded(): void;
  /** It was not made after all. */
  takeBack(): void;
}

const longestWaitMs = 15 * 60_000;
/** Wrong PINs in a row after which an account's PIN rests until its password was given. */
const restAfterPins = 10;

/**
 * How often somebody may try. A device on which an account signed in before has a count of its own, so that no flood
 * from elsewhere locks its owner out; an address from which it did is not held up by wrong tries from other addresses.
 */
export class TryLimits {
  /** By device or address, with the account. */
  readonly #pairs: BackOff;
  readonly #addresses: BackOff;
  /** Strangers alone; generous, because everybody new waits when it is used up. */
  readonly #accounts: BackOff;
  readonly #pins: BackOff;
  /** What asks for mails and guesses codes and tokens. */
  readonly #other: BackOff;

  constructor(clock: Clock) {
    const waits = { clock, firstWaitMs: 30_000, longestWaitMs };
    this.#pairs = new BackOff({ ...waits, freeTries: 5 });
    this.#addresses = new BackOff({ ...waits, freeTries: 8 });
    this.#accounts = new BackOff({ ...waits, freeTries: 500, maxKeys: 500 });
    this.#pins = new BackOff({ ...waits, freeTries: 3, maxKeys: 500 });
    this.#other = new BackOff({ ...waits, freeTries: 5 });
  }

  /** Counters in memory. */
  get size(): number {
    return [this.#pairs, this.#addresses, this.#accounts, this.#pins, this.#other]
      .reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws {TooManyRequests} */
  password(attempt: Try): AllowedTry {
    const counters = this.#counters("password", attempt);
    return this.#allowed(counters, attempt);
  }

  /** @throws {TooManyRequests} */
  pin(attempt: Try): AllowedTry {
    const counters = this.#counters("PIN", attempt);
    // On other devices no PIN is good anyway, and wrong ones there are not to take it from the tablet.
    const { device, username, wrongPins } = attempt;
    if (device === undefined || !wrongPins) return this.#allowed(counters, attempt);
    const wrong = wrongPins.read();
    if (wrong >= restAfterPins) {
      throw new TooManyRequests("Cannot sign in with this PIN: it was wrong too often, use the password.", {
        retryAfterMs: longestWaitMs,
      });
    }
    const allowed = this.#allowed([...counters, [this.#pins, username]], attempt);
    wrongPins.write(wrong + 1);
    return {
      ...allowed,
      takeBack: () => {
        allowed.takeBack();
        wrongPins.write(Math.max(0, wrongPins.read() - 1));
      },
    };
  }

  /** Codes, links, refresh tokens and requests for mail, by any key. @throws {TooManyRequests} */
  other(kind: string, ...keys: readonly string[]): AllowedTry {
    const allowed = allow(keys.map((key) => [this.#other, `${kind} ${key}`] as const));
    return { ...allowed, succeeded: allowed.takeBack };
  }

  #counters(kind: "password" | "PIN", attempt: Try): readonly Counter[] {
    const { username, address, device, isKnownAddress } = attempt;
    const counters: Counter[] = [[this.#pairs, pairOf(kind, attempt)]];
    if (device === undefined) counters.push([this.#addresses, address]);
    if (device === undefined && !isKnownAddress) counters.push([this.#accounts, username]);
    return counters;
  }

  #allowed(counters: readonly Counter[], attempt: Try): AllowedTry {
    const allowed = allow(counters);
    return {
      ...allowed,
      succeeded: () => {
        allowed.succeeded();
        for (const [backOff, key] of counters) if (backOff !== this.#accounts) backOff.clear(key);
        this.#pairs.clear(pairOf("PIN", attempt));
        this.#pins.clear(attempt.username);
        attempt.wrongPins?.write(0);
      },
    };
  }
}

function pairOf(kind: "password" | "PIN", { username, address, device }: Try): string {
  return `${kind} ${device ?? address} ${username}`;
}

/** A count, and whose. */
type Counter = readonly [backOff: BackOff, key: string];

function allow(counters: readonly Counter[]): AllowedTry {
  const retryAfterMs = Math.max(...counters.map(([backOff, key]) => backOff.waitMs(key)));
  if (retryAfterMs > 0) {
    throw new TooManyRequests(
      `Cannot try again yet: too many tries were wrong, wait ${Math.ceil(retryAfterMs / 1000)} s.`,
      { retryAfterMs },
    );
  }
  const undo = counters.map(([backOff, key]) => backOff.count(key));
  const takeBack = () => undo.forEach((one) => one());
  return { takeBack, succeeded: takeBack };
}

/** Network address as limits count it: of IPv6 the network, because whoever has one has all of its addresses. */
export function limitedAddress(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "").toLowerCase();
  if (!bare.includes(":")) return bare;
  const [head = "", tail] = bare.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(missing).fill("0"), ...right];
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
