import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  type ParsedNode,
  Parser,
  type Scalar,
} from "yaml";
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
  type WrittenTable,
} from "./written.ts";
import { yamlSentence } from "./yaml_sentences.ts";

/**
 * Reads one YAML 1.2 document with the core schema. Every key is a text. Aliases are followed; merge keys (`<<`) and
 * tags of other schemas are refused.
 */
export function readYaml(text: string, limits: ParseLimits): Reading {
  const tokens = yamlTokens(text, limits);
  if (!Array.isArray(tokens)) return mistaken(tokens as Mistake);
  const deep = tooDeep(tokens, limits);
  if (deep) return mistaken(deep);
  const composer = new Composer({ uniqueKeys: false, stringKeys: true, resolveKnownTags: false, logLevel: "silent" });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (!document) return { kind: "read", written: nothingWritten };
  // What follows the first mistake is often its consequence.
  const wrong = document.errors[0] ?? document.warnings[0];
  if (wrong) return mistaken({ offset: wrong.pos[0], text: yamlSentence(wrong) });
  if (document.directives.yaml.version !== "1.2") {
    return mistaken({ offset: 0, text: `is YAML ${document.directives.yaml.version}, expected YAML 1.2` });
  }
  if (second) {
    return mistaken({ offset: second.range[0], text: "a second document begins, expected one in the file" });
  }
  return new YamlReader(limits).read(document);
}

/** The syntax tokens of a text, or what there is too much of. */
function yamlTokens(text: string, limits: ParseLimits): CST.Token[] | Mistake {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let words = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // The lexer announces each scalar by a control character that is not in the text.
    const announces = lexeme === "\x1f" || lexeme === "\x02" || lexeme === "\x18";
    if (!announces && lexeme.length > limits.maxTextLength && /\S/.test(lexeme)) {
      return { offset, text: `a text is longer than ${limits.maxTextLength} characters, expected at most that` };
    }
    if (/\S/.test(lexeme) && ++words > limits.maxWords) {
      return { text: `has more than ${limits.maxWords} words and values, expected at most that` };
    }
    if (!announces) offset += lexeme.length;
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return tokens;
}

/** Looks for the first token that nests too deep, without a stack of its own. */
function tooDeep(tokens: readonly CST.Token[], { maxDepth }: ParseLimits): Mistake | undefined {
  const waiting = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth) {
      return { offset: token.offset, text: `values nest more than ${maxDepth} deep, expected at most that` };
    }
    if (token.type === "document" && token.value) waiting.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      if (key) waiting.push({ token: key, depth: depth + 1 });
      if (value) waiting.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}

class YamlReader {
  readonly #limits: ParseLimits;
  /** What is behind each anchor whose value is complete: an alias inside of its own value finds nothing. */
  readonly #anchors = new Map<string, Written>();
  #aliases = 0;

  constructor(limits: ParseLimits) {
    this.#limits = limits;
  }

  read({ contents }: Document.Parsed): Reading {
    if (isScalar(contents) && contents.value === null) return { kind: "read", written: nothingWritten };
    if (!contents) return { kind: "read", written: nothingWritten };
    const written = this.#node(contents);
    if (written.kind === "table") return { kind: "read", written };
    return mistaken({
      offset: written.offset,
      text: "the file is a single value or a list, expected keys with values",
    });
  }

  #node(node: ParsedNode): Written {
    const offset = node.range[0];
    if (isAlias(node)) return this.#alias(node.source, offset);
    let written: Written;
    if (isMap(node)) written = this.#table(node.items as readonly Pair<ParsedNode, ParsedNode | null>[], offset);
    else if (isSeq(node)) {
      written = {
        kind: "list",
        offset,
        items: node.items.map((item) => this.#node(item as ParsedNode)),
      };
    } else written = scalar(node);
    if (node.anchor) this.#anchors.set(node.anchor, written);
    return written;
  }

  #table(pairs: readonly Pair<ParsedNode, ParsedNode | null>[], offset: number): WrittenTable {
    return { kind: "table", offset, entries: pairs.map((pair) => this.#entry(pair)) };
  }

  #entry({ key, value }: Pair<ParsedNode, ParsedNode | null>): WrittenEntry {
    const offset = key.range[0];
    const name = String((key as Scalar).value);
    if (name === "<<") {
      return {
        key: name,
        offset,
        value: { kind: "refused", offset, text: "is a merge key, expected its keys written out" },
      };
    }
    const written: Written = value ? this.#node(value) : { kind: "scalar", offset, value: null };
    return { key: name, offset, value: written };
  }

  #alias(name: string, offset: number): Written {
    const { maxAliases } = this.#limits;
    if (++this.#aliases > maxAliases) {
      return { kind: "refused", offset, text: `is one of more than ${maxAliases} aliases, expected at most that` };
    }
    return this.#anchors.get(name) ??
      {
        kind: "refused",
        offset,
        text: `is the alias *${excerpt(name)}, expected an anchor &${excerpt(name)} before it`,
      };
  }
}

function scalar(node: Scalar.Parsed): Written {
  const offset = node.range[0];
  const { value, source } = node;
  if (typeof value === "number") {
    return writtenNumber(value, { source, offset, whole: /^[-+]?\d+$|^0[xo]/.test(source) });
  }
  return { kind: "scalar", offset, value: value as string | boolean | null };
}
