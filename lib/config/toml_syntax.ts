import { type AST, ParseError, parseTOML } from "toml-eslint-parser";

/** One part of a dotted key. */
export type TomlPart = AST.TOMLBare | AST.TOMLQuoted;

/** Syntax tree of a TOML 1.0 text. @throws {ParseError} of toml-eslint-parser. */
export function tomlSyntax(text: string): AST.TOMLProgram {
  // The parser gives a zero that ends the text no length; with a line feed behind it, it does.
  return parseTOML(`${text}\n`, { tomlVersion: "1.0" });
}

/** Syntax tree of a TOML 1.0 text, or what the parser has against it. */
export function tomlSyntaxOrError(text: string): AST.TOMLProgram | ParseError {
  try {
    return tomlSyntax(text);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}

/** Name of one part of a key. */
export function partName(part: TomlPart): string {
  return part.type === "TOMLBare" ? part.name : part.value;
}
