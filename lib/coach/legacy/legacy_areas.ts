import { type LegacyNode, memberOf, textOf } from "./legacy_node.ts";
import { snakeCase, spokenName, unusedName } from "./legacy_names.ts";

/** Where things are that say nothing about it. */
const nowhere = { key: "unassigned", name: "No area yet" } as const;
/** An area's name is not longer than an entity's. */
const longestName = 80;

/** The areas of an earlier mapping, and those that its entities name beside them. */
export class LegacyAreas {
  /** Key → display name, in the order of the file. */
  readonly #names = new Map<string, string>();
  /** As entities write it, e.g. `interior.bedroom` or `Bedroom` → key. */
  readonly #keys = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** @param section the section `areas`: groups of zones, or areas alone. */
  constructor(section: LegacyNode | undefined) {
    if (section?.kind !== "map") return;
    for (const { key: group, value } of section.members) {
      const zones = memberOf(value, "zones");
      if (zones?.kind !== "map") {
        this.#add([group], { key: group, name: nameOf(value, group) });
        continue;
      }
      for (const { key: zone, value: about } of zones.members) {
        this.#add([`${group}.${zone}`, zone], { key: zone, name: nameOf(about, zone) });
      }
    }
  }

  /** The key of the area that an entity names; one that is not listed is made. */
  keyOf(area: string | undefined): string {
    const written = area ?? "";
    const known = this.#keys.get(written.toLowerCase());
    if (known !== undefined) return known;
    if (area === undefined || snakeCase(area, "area") === undefined) {
      return this.#keys.get("") ?? this.#add([""], nowhere);
    }
    const last = area.split(".").at(-1) ?? area;
    // People wrote a key, or the name itself.
    const name = /[A-Z\s]/.test(last) ? last.trim() : spokenName(last);
    return this.#add([area], { key: last, name });
  }

  /** All areas that there are. */
  get names(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#names);
  }

  #add(written: readonly string[], area: { readonly key: string; readonly name: string }): string {
    const key = unusedName(snakeCase(area.key, "area") ?? "area", this.#taken);
    this.#names.set(key, area.name.slice(0, longestName).toWellFormed());
    for (const text of written) {
      const lower = text.toLowerCase();
      if (!this.#keys.has(lower)) this.#keys.set(lower, key);
    }
    return key;
  }
}

function nameOf(about: LegacyNode, key: string): string {
  const name = textOf(memberOf(about, "display_name")) ?? textOf(memberOf(about, "name")) ?? textOf(about);
  return name === undefined || name.trim() === "" ? spokenName(key) || key : name.trim();
}
