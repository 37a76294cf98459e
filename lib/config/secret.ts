/** What stands in the place of a secret wherever something is shown. */
const hidden = "(secret)";

/**
 * A text that nobody sees: it prints, logs and serialises as `(secret)`. Who needs the text itself calls
 * {@link Secret.reveal}, which is easy to look for.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Its caller keeps it out of messages, logs and answers. */
  reveal(): string {
    return this.#text;
  }

  /** Whether both hold the same text. */
  equals(other: unknown): boolean {
    return other instanceof Secret && other.#text === this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): { readonly set: true } {
    return { set: true };
  }

  [Symbol.for("Deno.customInspect")](): string {
    return hidden;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}
