import type { ParseError } from "toml-eslint-parser";
import type { Mistake } from "./written.ts";

/** What the parser says of a key that is there already; {@link tomlDuplicates} says where. */
export const duplicateMessage = "Defining a key multiple times is invalid";

const misfit = 'does not fit here, expected a key, or a value such as "text", 12, true or [1, 2]';

/** What the parser says → what we say: what is true, what was wanted. */
const sentences: Readonly<Record<string, string>> = {
  "Unterminated string constant": "a text is not closed, expected its closing quote",
  "Unterminated table-key": 'the name of a table is not closed, expected "]"',
  "Unterminated array": 'a list is not closed, expected "]"',
  "Unterminated inline table": 'an inline table is not closed, expected "}"',
  "Empty bare keys are not allowed": "a table has no name, expected one between the brackets",
  "Must be a newline": "something follows on the line, expected its end",
  "Expected equal (=) token": 'a key stands alone, expected "=" and a value after it',
  "Unspecified values are invalid": 'there is no value, expected one after "="',
  "Expected comma (,) token": "two values follow each other, expected a comma between them or the closing bracket",
  "Control characters (codes < 0x1f and 0x7f) are not allowed":
    "there is a control character, expected it as an escape such as \\u0007",
  "The key, equals sign, and value must be on the same line":
    "a name in brackets, or a key with its value, goes over several lines, expected one",
  "No newlines are allowed between the curly braces unless they are valid within a value":
    "an inline table goes over several lines, expected one line",
  "Underscores are allowed between digits": "an underscore of a number is not between digits, expected it there",
  "Unexpected spaces": 'there is a space between two brackets, expected "[[" and "]]"',
  "Three or more quotes are not permitted": "more than five quotes end a text, expected three",
  "Unexpected invalid date": "there is no such date, expected text in quotes",
  "Unexpected invalid time": "there is no such time, expected text in quotes",
  "Leading zeros are not allowed": "a number begins with a zero, expected it without",
  "Trailing comma is not permitted in an inline table": 'there is a comma before "}", expected none',
  "Invalid character in escape sequence":
    "there is a backslash that begins no escape, expected \\\\ for a backslash, or the text in 'single quotes'",
  "Consecutive dots are not permitted in keys": "a key has two dots in a row, expected one",
  "Keys cannot end with a dot": "a key ends with a dot, expected a name after it",
  "Keys cannot start with a dot": "a key begins with a dot, expected a name before it",
};

/** What is missing behind something; the parser tells the place of what comes next, be it lines below. */
const missing = new Set([
  "Expected equal (=) token",
  "Unspecified values are invalid",
  "The key, equals sign, and value must be on the same line",
]);

/** A mistake in a TOML text, with a place where people look for it. */
export function tomlMistake(error: ParseError, text: string): Mistake {
  const offset = missing.has(error.message) ? text.slice(0, error.index).trimEnd().length : error.index;
  return { offset, text: tomlSentence(error, text) };
}

function tomlSentence(error: ParseError, text: string): string {
  const known = sentences[error.message];
  if (known !== undefined) return known;
  const { message, index } = error;
  if (message.startsWith("Invalid code point")) return "an escape names no character, expected one such as \\u00e9";
  const found = text.codePointAt(index);
  return found === undefined
    ? `the file ends too early, expected a key or a value`
    : `"${String.fromCodePoint(found)}" ${misfit}`;
}
