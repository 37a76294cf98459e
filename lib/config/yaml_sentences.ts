import type { YAMLError } from "yaml";

const misplaced = "an anchor or a tag is not where it belongs, expected it once, just before its value";
const misfit = "something does not fit here, expected a key, a value or the end of the line";

/** The parser gives the lack of a bracket several codes. */
const notClosed = "brackets are not closed, or a line in them is not indented enough, expected ] or }";

/** Codes of the parser → what is true, what was wanted. */
const sentences: Readonly<Record<YAMLError["code"], string>> = {
  ALIAS_PROPS: misplaced,
  BAD_ALIAS: "an alias has no name or a colon at its end, expected a name",
  BAD_COLLECTION_TYPE: "a tag says that this is something else than it is, expected no tag",
  BAD_DIRECTIVE: "a line begins with % and is no directive of YAML 1.2, expected a key",
  BAD_DQ_ESCAPE:
    "a backslash in double quotes begins no escape, expected two for a backslash, or the text in single quotes",
  BAD_INDENT: "a line is not indented like those it belongs to, expected as many spaces",
  BAD_PROP_ORDER: misplaced,
  BAD_SCALAR_START: "a text begins with a character that YAML keeps for itself, expected quotes around the text",
  BLOCK_AS_IMPLICIT_KEY: "there are two keys in one line, expected one, or quotes around the value",
  BLOCK_IN_FLOW: "between brackets there is something on lines of its own, expected commas",
  DUPLICATE_KEY: "a key is written twice, expected once",
  IMPOSSIBLE: misfit,
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters, expected at most that",
  MISSING_CHAR: "a bracket, a quote, a colon, a comma or a space is missing, expected it here",
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, expected one line with ":" after the key',
  MULTIPLE_ANCHORS: misplaced,
  MULTIPLE_DOCS: "a second document begins, expected one in the file",
  MULTIPLE_TAGS: misplaced,
  NON_STRING_KEY: "a key is a list, keys or an alias, expected a name",
  RESOURCE_EXHAUSTION: "brackets nest too deep, expected less",
  TAB_AS_INDENT: "a tab indents a line, expected spaces",
  TAG_RESOLVE_FAILED: "there is a tag that is not known here, expected none",
  UNEXPECTED_TOKEN: misfit,
};

/** The sentence for a mistake in a YAML text. */
export function yamlSentence({ code, message }: YAMLError): string {
  return message.startsWith("Flow ") ? notClosed : sentences[code];
}
