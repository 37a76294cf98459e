import { hashOf, isSameHash, randomText } from "./secret_text.ts";

/** Without those that look like each other: 31 letters and digits, 39 bits in eight of them. */
const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/** Wrong codes after which there is a new one. */
const maxWrong = 10;

/**
 * A code from the log, which proves that the machine is one's own: with it the first account is made, or recovery opened.
 * It is kept in memory alone.
 */
export class SetUpCode {
  readonly #announce: (code: string) => void;
  #hash: string | undefined;
  #wrong = 0;

  constructor(announce: (code: string) => void) {
    this.#announce = announce;
  }

  get isSet(): boolean {
    return this.#hash !== undefined;
  }

  /** Makes a code and tells it. */
  renew(): void {
    const text = randomText(8, letters);
    this.#hash = hashOf(text);
    this.#wrong = 0;
    this.#announce(`${text.slice(0, 4)}-${text.slice(4)}`);
  }

  /** Small letters and a missing or different dash are taken as well. After ten wrong ones there is a new code. */
  isRight(code: string): boolean {
    const hash = hashOf(code.toUpperCase().replaceAll(/[\s-]/g, ""));
    if (this.#hash !== undefined && isSameHash(hash, this.#hash)) return true;
    this.#wrong++;
    if (this.#wrong >= maxWrong) this.renew();
    return false;
  }

  /** There is an account: no code is good any more. */
  forget(): void {
    this.#hash = undefined;
  }
}
