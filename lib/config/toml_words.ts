import type { ParseLimits } from "./parse_limits.ts";
import type { Mistake } from "./written.ts";

/**
 * Looks over a TOML text before it is parsed: what nests too deep, is too long or too much would cost the parser its
 * stack or the machine its memory. Mistakes of the syntax are left to the parser.
 */
export function tooMuchToml(text: string, limits: ParseLimits): Mistake | undefined {
  let depth = 0;
  let words = 0;
  for (let at = 0; at < text.length;) {
    const start = at;
    switch (text[at]) {
      case " ":
      case "\t":
      case "\r":
      case "\n":
      case "=":
      case ",":
        at++;
        continue;
      case "]":
      case "}":
        at++;
        depth--;
        continue;
      case "[":
      case "{":
        at++;
        if (++depth > limits.maxDepth) return { offset: start, text: deepText(limits) };
        break;
      case "#":
        at = endOfLine(text, at);
        break;
      case '"':
      case "'":
        at = endOfText(text, at);
        if (at - start > limits.maxTextLength) return { offset: start, text: longText(limits) };
        break;
      default:
        at = endOfWord(text, at);
        // Each part of a dotted key counts.
        words += text.slice(start, at).split(".").length - 1;
        if (at - start > limits.maxTextLength) return { offset: start, text: longText(limits) };
    }
    if (++words > limits.maxWords) return { text: wordsText(limits) };
  }
  return undefined;
}

export const deepText = ({ maxDepth }: ParseLimits): string =>
  `brackets nest more than ${maxDepth} deep, expected at most that`;
export const longText = ({ maxTextLength }: ParseLimits): string =>
  `a text or a word is longer than ${maxTextLength} characters, expected at most that`;
export const wordsText = ({ maxWords }: ParseLimits): string =>
  `has more than ${maxWords} words and values, expected at most that`;

function endOfLine(text: string, at: number): number {
  const feed = text.indexOf("\n", at);
  return feed < 0 ? text.length : feed;
}

function endOfWord(text: string, at: number): number {
  const end = /[\s=,[\]{}#"']/g;
  end.lastIndex = at;
  return end.exec(text)?.index ?? text.length;
}

/** After the closing quote; a text in single quotation marks ends with its line at the latest. */
function endOfText(text: string, at: number): number {
  const quote = text[at] ?? "";
  const long = text.startsWith(quote.repeat(3), at);
  const close = long ? quote.repeat(3) : quote;
  for (let next = at + close.length; next < text.length; next++) {
    if (text[next] === "\\" && quote === '"') next++;
    else if (!long && text[next] === "\n") return next;
    else if (text.startsWith(close, next)) return next + close.length;
  }
  return text.length;
}
