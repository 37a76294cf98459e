/** Thrown for a path that is none of a mapping, and for an edit that cannot be made there. */
export class MappingPathError extends Error {
  override readonly name = "MappingPathError";
}

/** Words that are properties of every JavaScript object: never a name of anything on a coach. */
const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Whether a part of a path or a key of a value is a word that would reach into the program itself. */
export function isReservedWord(word: string): boolean {
  return reserved.has(word);
}

/**
 * Parts of an RFC 6901 pointer: `/areas/a~1b` is `areas`, `a/b`.
 *
 * @throws {MappingPathError} when it does not begin with a slash, has a `~` that is neither `~0` nor `~1`, or a
 * reserved word among its parts.
 */
export function parsePointer(pointer: string): readonly string[] {
  const fail = (what: string) => {
    throw new MappingPathError(`Cannot read path "${pointer}": ${what}`);
  };
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) fail(`it begins with "${pointer.slice(0, 1)}", expected a slash`);
  const parts = pointer.slice(1).split("/");
  for (const [i, part] of parts.entries()) {
    if (part.includes("~")) {
      if (/~(?![01])/.test(part)) fail(`"${part}" has a "~" alone, expected "~0" for a tilde or "~1" for a slash`);
      parts[i] = part.replaceAll("~1", "/").replaceAll("~0", "~");
    }
    if (reserved.has(parts[i] ?? "")) fail(`"${parts[i]}" is a reserved word, expected a name of the mapping`);
  }
  return parts;
}

/** The RFC 6901 pointer of parts. */
export function pointerOf(parts: readonly string[]): string {
  return parts.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** What a path of a mapping is about. */
export type MappingPlace =
  | { readonly section: "model" | "areas" | "protocol"; readonly key: string }
  | { readonly section: "order"; readonly key: "areas" | "entities" }
  /** Without `field` the entity as a whole; `sub` is one word of its provenance. */
  | { readonly section: "entities"; readonly id: string; readonly field?: string; readonly sub?: string };

/**
 * What a path is about: an entry of a section, a field of an entity, a word of its provenance, or an entity as a whole.
 *
 * @throws {MappingPathError} for everything else.
 */
export function mappingPlace(path: string): MappingPlace {
  const [section, key, field, sub, ...rest] = parsePointer(path);
  if (key !== undefined && rest.length === 0) {
    switch (section) {
      case "model":
      case "areas":
      case "protocol":
        if (field === undefined) return { section, key };
        break;
      case "order":
        if (field === undefined && (key === "areas" || key === "entities")) return { section, key };
        break;
      case "entities":
        if (field === undefined) return { section, id: key };
        if (sub === undefined) return { section, id: key, field };
        if (field === "provenance") return { section, id: key, field, sub };
        break;
      default:
    }
  }
  throw new MappingPathError(
    `Cannot use path "${path}": it is no path of a mapping, expected one such as /entities/bedroom_ceiling, ` +
      "/entities/bedroom_ceiling/load, /entities/bedroom_ceiling/provenance/verified, /areas/bedroom, /order/entities, " +
      "/model/name or /protocol/MY_MESSAGE",
  );
}
