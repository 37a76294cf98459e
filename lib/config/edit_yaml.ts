import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { EditRefusal, type KeyChange, type KeyEdit } from "./key_edit.ts";
import { isTable } from "./same_value.ts";

/**
 * Changes keys of a YAML text that was read without problems. Comments, order and the form of other values stay;
 * spaces may be set anew.
 *
 * @throws {EditRefusal} when a key is inside of a single value or of an alias.
 * @throws {Error} when an alias would lose what it refers to.
 */
export function editYaml(text: string, changes: readonly KeyChange[]): string {
  const document = parseDocument(text, { stringKeys: true, logLevel: "silent" });
  if (!isCollection(document.contents)) document.contents = null;
  for (const change of changes) {
    if (change.kind === "set") setKey(document, change);
    else removeKey(document, change.path);
  }
  const changed = document.contents === null
    ? commentLines(document)
    : document.toString({ lineWidth: 0, ...spacesOf(text.replaceAll("\r\n", "\n")) });
  return text.includes("\r\n") ? changed.replaceAll("\n", "\r\n") : changed;
}

/** How the text uses spaces: as it does first, all of it is written. */
function spacesOf(text: string): { indent: number; indentSeq: boolean; flowCollectionPadding: boolean } {
  const step = /^( *)[^\s#-][^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*\1( +)[^\s#-]/m.exec(text)?.[2]?.length ?? 2;
  const flatLists = /^( *)[^\s#-][^\n]*:[ \t]*\n\1- /m.test(text);
  return { indent: step, indentSeq: !flatLists, flowCollectionPadding: !/[{[][^\s\]}]/.test(text) };
}

/** A document that says nothing else. */
function commentLines({ commentBefore, comment }: Document): string {
  const lines = [commentBefore, comment].flatMap((own) => own ? own.split("\n") : []);
  return lines.map((line) => `#${line}\n`).join("");
}

type Table = YAMLMap<Scalar | string>;

function setKey(document: Document, { path, value }: KeyEdit): void {
  for (let length = 1; length < path.length; length++) {
    const above: unknown = document.getIn(path.slice(0, length), true);
    if (above !== undefined && !isCollection(above)) {
      throw new EditRefusal(path, "is inside of a single value or an alias, expected a table there");
    }
  }
  const old: unknown = document.getIn(path, true);
  const single = !isTable(value) && !Array.isArray(value);
  // A single value in the place of another takes its comments over.
  const comments = isNode(old) && !(single && isScalar(old)) ? commentsIn(old) : [];
  document.setIn(path, single ? value : document.createNode(value));
  if (comments.length === 0) return;
  const table = (path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)) as Table;
  const pair = table.items.find(({ key }) => nameOf(key) === path.at(-1));
  if (pair) commentAbove(pair, comments);
}

function removeKey(document: Document, path: readonly string[]): void {
  const { contents } = document;
  if (!isMap<Scalar>(contents) || !removeIn(contents, path)) return;
  document.commentBefore = joined([document.commentBefore, ...commentsIn(contents)]);
  document.contents = null;
}

/** Takes a key out of a table, and each table that this empties. @returns whether the table itself is empty now. */
function removeIn(table: Table, [name, ...rest]: readonly string[]): boolean {
  const index = table.items.findIndex(({ key }) => nameOf(key) === name);
  const pair = table.items[index];
  if (!pair) return false;
  if (rest.length > 0 && !(isMap<Scalar>(pair.value) && removeIn(pair.value, rest))) return false;
  table.items.splice(index, 1);
  const comments = commentsIn(pair);
  const next = table.items[index];
  if (next) commentAbove(next, comments);
  else table.comment = joined([table.comment, ...comments]);
  // The first key of a table has no blank line above it.
  if (next && index === 0 && isScalar(next.key)) next.key.spaceBefore = false;
  return table.items.length === 0;
}

function nameOf(key: Scalar | string): unknown {
  return isScalar(key) ? key.value : key;
}

function commentAbove(pair: Pair<Scalar | string>, comments: readonly string[]): void {
  const key = isScalar(pair.key) ? pair.key : new Scalar(pair.key);
  key.commentBefore = joined([...comments, key.commentBefore]);
  pair.key = key;
}

/** All comments in a part of a document, in their order. */
function commentsIn(part: Node | Pair): readonly string[] {
  const comments: string[] = [];
  const take = (comment: string | null | undefined) => {
    if (comment) comments.push(comment);
  };
  const takeNode = (_key: unknown, node: Node) => {
    take(node.commentBefore);
    take(node.comment);
  };
  visit(part as Node, { Node: takeNode });
  return comments;
}

function joined(comments: readonly (string | null | undefined)[]): string | null {
  return comments.filter((comment) => comment).join("\n") || null;
}
