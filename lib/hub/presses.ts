import type { EntityDefinition } from "../coach/mod.ts";

/** One press of a button that moves something for as long as it is held. */
export interface Press {
  /** Made by who presses, the same for everything that this press sends, its stop too. */
  readonly id: string;
  /** The button is held on: this may carry a movement on, and never begins one. */
  readonly renews: boolean;
}

/** Most that are remembered: requests of one press overtake each other by seconds at most. */
const mostKept = 1000;

/**
 * Presses that are over. A phone's requests come in any order, so that one of them may arrive after the stop; it must
 * not move anything again.
 */
export class EndedPresses {
  readonly #ended = new Set<string>();

  end({ id }: EntityDefinition, press: string): void {
    const key = `${id} ${press}`;
    this.#ended.delete(key);
    this.#ended.add(key);
    const [oldest] = this.#ended;
    if (this.#ended.size > mostKept && oldest !== undefined) this.#ended.delete(oldest);
  }

  has({ id }: EntityDefinition, press: string): boolean {
    return this.#ended.has(`${id} ${press}`);
  }
}
