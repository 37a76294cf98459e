const bare = /^[A-Za-z0-9_-]+$/;

/** A path as people write it: `server.port`; parts that need it are in quotes, as in TOML. */
export function dottedKey(path: readonly string[]): string {
  return path.map((part) => bare.test(part) ? part : quoted(part)).join(".");
}

/** A text in double quotes as TOML and JSON both read it. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/**
 * The parts of a dotted key, the reverse of {@link dottedKey}.
 *
 * @throws {Error} naming the key when a part is empty or a quote is not closed.
 */
export function splitDottedKey(key: string): readonly string[] {
  const part = /([^."]+)|("(?:[^"\\]|\\.)*")/y;
  const parts: string[] = [];
  for (let at = 0;; at++) {
    part.lastIndex = at;
    const found = part.exec(key);
    if (!found) throw new Error(`Cannot read key "${key}": a part of it is empty, expected names with dots between`);
    parts.push(found[1] ?? textIn(found[2] ?? "", key));
    at = part.lastIndex;
    if (at === key.length) return parts;
    if (key[at] !== ".") throw new Error(`Cannot read key "${key}": a quote stands inside a part, expected around it`);
  }
}

function textIn(part: string, key: string): string {
  try {
    return JSON.parse(part) as string;
  } catch (cause) {
    throw new Error(`Cannot read key "${key}": ${part} has an unknown escape, expected those of JSON`, { cause });
  }
}
