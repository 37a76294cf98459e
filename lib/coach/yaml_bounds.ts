import { Lexer } from "yaml";

/**
 * Bounds of a text that is read, so that no file can make the program slow or large. `nesting` is for what is not read
 * at all, `depth` for what was read and is told with its place.
 */
export const yamlLimits = {
  characters: 2_000_000,
  tokens: 200_000,
  nesting: 100,
  depth: 20,
  aliases: 200,
  tags: 200,
} as const;

/** What {@link boundsProblem} looks at. */
export type YamlBounds = Readonly<Record<"characters" | "tokens" | "nesting" | "aliases" | "tags", number>>;

/**
 * Why a YAML text is not even read: too long, or so many, so deeply nested or so often repeated parts that reading it
 * would take memory and time out of proportion; undefined: it may be read. Looks at the tokens one by one and keeps none.
 */
export function boundsProblem(text: string, limits: YamlBounds = yamlLimits): string | undefined {
  const { characters, nesting, aliases, tags } = limits;
  if (text.length > characters) return `the text has ${text.length} characters, expected at most ${characters}`;
  let tokens = 0;
  let flow = 0;
  let onLine = 0;
  let repeats = 0;
  let tagged = 0;
  let content = false;
  const indents = new Indents();
  for (const token of new Lexer().lex(text)) {
    if (++tokens > limits.tokens) return `the text has more than ${limits.tokens} parts, expected fewer`;
    // After this mark comes the text of a value, which may look like anything.
    const isContent = content;
    content = token === "\x1f";
    if (isContent) continue;
    indents.take(token);
    switch (token) {
      case "[":
      case "{":
        flow++;
        break;
      case "]":
      case "}":
        flow = Math.max(0, flow - 1);
        break;
      case "-":
      case "?":
        onLine++;
        break;
      case "\n":
      case "\r\n":
        onLine = 0;
        break;
      default:
        if (token.startsWith("*")) repeats++;
        if (token.startsWith("!")) tagged++;
    }
    if (flow > nesting || onLine > nesting || indents.depth > nesting) {
      return `is nested more than ${nesting} deep, expected less`;
    }
    if (tagged > tags) return `has more than ${tags} tags, expected fewer`;
    if (repeats > aliases) return `has more than ${aliases} aliases, expected fewer`;
  }
  return undefined;
}

/** How deep lines are indented below each other. */
class Indents {
  readonly #open: number[] = [];
  /** Spaces that the present line began with; undefined: its first word has been seen. */
  #spaces: number | undefined = 0;

  get depth(): number {
    return this.#open.length;
  }

  take(token: string): void {
    if (token === "\n" || token === "\r\n") this.#spaces = 0;
    else if (this.#spaces === undefined || token === "\x1f") return;
    else if (/^ +$/.test(token)) this.#spaces = token.length;
    else {
      while ((this.#open.at(-1) ?? -1) >= this.#spaces) this.#open.pop();
      this.#open.push(this.#spaces);
      this.#spaces = undefined;
    }
  }
}
