import { type Document, isCollection, parseDocument } from "yaml";
import { EditRefusal, type KeyChange } from "./key_edit.ts";
import { isTable } from "./same_value.ts";

/**
 * Changes keys of a YAML text that was read without problems. Comments, order and the form of other values stay;
 * spaces may be set anew.
 *
 * @throws {EditRefusal} when a key is inside of a single value or of an alias.
 */
export function editYaml(text: string, changes: readonly KeyChange[]): string {
  const document = parseDocument(text, { stringKeys: true, logLevel: "silent" });
  if (!isCollection(document.contents)) document.contents = null;
  for (const change of changes) {
    if (change.kind === "set") setKey(document, change);
    else removeKey(document, change.path);
  }
  const changed = document.toString({ lineWidth: 0, ...spacesOf(text) });
  return text.includes("\r\n") ? changed.replaceAll(/\r?\n/g, "\r\n") : changed;
}

/** How the text uses spaces: as it does first, all of it is written. */
function spacesOf(text: string): { indent: number; indentSeq: boolean; flowCollectionPadding: boolean } {
  const step = /:[ \t]*\r?\n( +)[^\s#-]/.exec(text)?.[1]?.length ?? 2;
  const flatLists = /^([ \t]*)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(text);
  return { indent: step, indentSeq: !flatLists, flowCollectionPadding: !/[{[][^\s\]}]/.test(text) };
}

function setKey(document: Document, { path, value }: Extract<KeyChange, { kind: "set" }>): void {
  for (let length = 1; length < path.length; length++) {
    const above: unknown = document.getIn(path.slice(0, length), true);
    if (above !== undefined && !isCollection(above)) {
      throw new EditRefusal(path, "is inside of a single value or an alias, expected a table there");
    }
  }
  document.setIn(path, isTable(value) || Array.isArray(value) ? document.createNode(value) : value);
}

function removeKey(document: Document, path: readonly string[]): void {
  for (let length = path.length; length > 0; length--) {
    const here = path.slice(0, length);
    const node: unknown = document.getIn(here, true);
    // Above the key, only what the removal has emptied goes too.
    if (length < path.length && !(isCollection(node) && node.items.length === 0)) return;
    document.deleteIn(here);
  }
}
