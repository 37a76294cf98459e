import type { ParseLimits } from "./parse_limits.ts";
import {
  excerpt,
  type Mistake,
  mistaken,
  nothingWritten,
  type Reading,
  type Written,
  type WrittenEntry,
  writtenNumber,
} from "./written.ts";

/**
 * Reads strict JSON (RFC 8259) with the place of each value; the runtime's own parser tells places of some mistakes
 * alone, and takes the last of two equal keys without a word. A file without any value says nothing.
 */
export function readJson(text: string, limits: ParseLimits): Reading {
  if (text.trim() === "") return { kind: "read", written: nothingWritten };
  try {
    const written = new JsonReader(text, limits).read();
    if (written.kind === "table") return { kind: "read", written };
    const offset = written.offset;
    return mistaken({ offset, text: "the file is a single value or a list, expected keys between { and }" });
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    return mistaken(error.mistake);
  }
}

class JsonMistake extends Error {
  constructor(readonly mistake: Mistake) {
    super(mistake.text);
  }
}

const numberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const words: Readonly<Record<string, true | false | null>> = { true: true, false: false, null: null };

class JsonReader {
  readonly #text: string;
  readonly #limits: ParseLimits;
  #at = 0;
  #values = 0;

  constructor(text: string, limits: ParseLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  read(): Written {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#refuse("something follows after the last bracket, expected the end");
    return value;
  }

  #value(depth: number): Written {
    this.#space();
    const { maxDepth, maxValues } = this.#limits;
    if (depth > maxDepth) this.#refuse(`brackets nest more than ${maxDepth} deep, expected at most that`);
    // The object around everything is not counted.
    if (this.#values++ > maxValues) {
      throw new JsonMistake({ text: `has more than ${maxValues} values, expected at most that` });
    }
    const offset = this.#at;
    switch (this.#text[offset]) {
      case "{":
        return { kind: "table", offset, entries: this.#entries(depth + 1) };
      case "[":
        return { kind: "list", offset, items: this.#items(depth + 1) };
      case '"':
        return { kind: "scalar", offset, value: this.#string() };
      default:
        return this.#word();
    }
  }

  #entries(depth: number): WrittenEntry[] {
    const entries: WrittenEntry[] = [];
    this.#at++;
    if (this.#take("}")) return entries;
    do {
      this.#space();
      const offset = this.#at;
      if (this.#text[offset] === "}") this.#refuse('there is a comma before "}", expected none');
      if (this.#text[offset] !== '"') this.#misfit("a key in double quotes");
      const key = this.#string();
      if (!this.#take(":")) this.#misfit('":" after the key');
      entries.push({ key, offset, value: this.#value(depth) });
    } while (this.#take(","));
    if (!this.#take("}")) this.#misfit('"," or "}"');
    return entries;
  }

  #items(depth: number): Written[] {
    const items: Written[] = [];
    this.#at++;
    if (this.#take("]")) return items;
    do {
      this.#space();
      if (this.#text[this.#at] === "]") this.#refuse('there is a comma before "]", expected none');
      items.push(this.#value(depth));
    } while (this.#take(","));
    if (!this.#take("]")) this.#misfit('"," or "]"');
    return items;
  }

  #string(): string {
    const start = this.#at;
    for (let at = start + 1;; at++) {
      const char = this.#text[at];
      if (char === undefined || char === "\n") this.#refuse("a text is not closed, expected its closing quote");
      if (at - start > this.#limits.maxTextLength) {
        this.#refuse(`a text is longer than ${this.#limits.maxTextLength} characters, expected at most that`);
      }
      if (char === "\\") at++;
      else if (char === '"') {
        this.#at = at + 1;
        break;
      }
    }
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      this.#at = start;
      return this.#refuse(
        "a text has an unknown escape or a control character, expected escapes such as \\n, \\\\ and \\u0007",
      );
    }
  }

  #word(): Written {
    const offset = this.#at;
    const end = /[^+.0-9A-Za-z_-]/g;
    end.lastIndex = offset;
    const source = this.#text.slice(offset, end.exec(this.#text)?.index ?? this.#text.length);
    if (source === "") this.#misfit("a value");
    this.#at += source.length;
    const known = Object.hasOwn(words, source) ? words[source] : undefined;
    if (known !== undefined) return { kind: "scalar", offset, value: known };
    if (source.length <= this.#limits.maxTextLength && numberForm.test(source)) {
      return writtenNumber(Number(source), { source, offset, whole: !/[.eE]/.test(source) });
    }
    this.#at = offset;
    return this.#refuse(`${excerpt(source)} is no value of JSON, expected a number, true, false, null or "text"`);
  }

  #space(): void {
    for (;; this.#at++) {
      const char = this.#text[this.#at];
      if (char !== " " && char !== "\n" && char !== "\r" && char !== "\t") return;
    }
  }

  #take(char: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #misfit(wanted: string): never {
    const found = this.#text.codePointAt(this.#at);
    if (found === undefined) this.#refuse(`the file ends too early, expected ${wanted}`);
    const text = String.fromCodePoint(found);
    if (text === "/" || text === "#") this.#refuse(`there is a comment, which JSON does not know, expected ${wanted}`);
    return this.#refuse(`${text === '"' ? "a double quote" : `"${text}"`} does not fit here, expected ${wanted}`);
  }

  #refuse(text: string): never {
    throw new JsonMistake({ offset: Math.min(this.#at, this.#text.length), text });
  }
}
