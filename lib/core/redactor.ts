/** What stands in the place of a secret. */
export const hidden = "[hidden]";

/** Names of fields whose values are never shown, whatever they are. */
const secretName = /pass(word|wd|phrase)?$|secret|token|cookie|authorization|^pin$|api_?key|private_?key|credential/i;
/** Secrets shorter than this would hide ordinary words, characters. */
const shortestSecret = 6;
/** What is a secret by its form: bearer tokens, and the ones that this program hands out. */
const secretForms = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}|\bciq_[A-Za-z0-9_-]{16,}/g;

/** Takes secrets out of text and fields before they are written anywhere. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Never shows this value from now on. */
  hide(secret: string): void {
    if (secret.length >= shortestSecret) this.#secrets.add(secret);
  }

  text(text: string): string {
    let clean = text.replaceAll(
      secretForms,
      (match) => match.startsWith("ciq_") ? hidden : `${match.split(/\s/)[0]} ${hidden}`,
    );
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, hidden);
    return clean;
  }

  /** The same for a field of a record; objects are looked through. */
  value(name: string, value: unknown, depth = 0): unknown {
    if (secretName.test(name) && value !== undefined && value !== null) return hidden;
    if (typeof value === "string") return this.text(value);
    if (value instanceof Error) return this.text(value.message);
    if (typeof value !== "object" || value === null) return value;
    if (depth > 4) return hidden;
    if (Array.isArray(value)) return value.map((one) => this.value("", one, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.value(key, one, depth + 1)]));
  }
}
