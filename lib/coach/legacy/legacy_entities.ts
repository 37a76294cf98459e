import type { KnownMessages } from "../known_messages.ts";
import type { Json } from "../mapping.ts";
import type { LegacyAreas } from "./legacy_areas.ts";
import { readDgn } from "./legacy_dgn.ts";
import { families, type Family, goesWith, mismatchText, type ReadMention, saysNothing } from "./legacy_kinds.ts";
import type { LegacyMention } from "./legacy_mention.ts";
import { isId, snakeCase, spokenName, unusedName } from "./legacy_names.ts";
import type { LegacyRemark } from "./legacy_plan.ts";

/** An entity of the model in the making, and the places of the earlier mapping that it is made of. */
export interface LegacyEntity {
  readonly definition: { readonly [key: string]: Json } & { readonly id: string };
  readonly mentions: readonly LegacyMention[];
}

/** A mention that no entity is made of. */
export interface ListedMention {
  readonly mention: LegacyMention;
  readonly why: string;
}

export interface LegacyEntities {
  readonly entities: readonly LegacyEntity[];
  readonly listed: readonly ListedMention[];
  readonly changed: readonly LegacyRemark[];
  /** Mentions of one and the same thing. */
  readonly things: readonly (readonly LegacyMention[])[];
}

export interface EntityOptions {
  readonly messages: KnownMessages;
  readonly areas: LegacyAreas;
  /** What the entities say about where they come from. */
  readonly provenance: Json;
}

/** Makes entities of mentions: each mention belongs to one entity or is listed with the reason. */
export function legacyEntities(mentions: readonly LegacyMention[], options: EntityOptions): LegacyEntities {
  const things = clustersOf(mentions);
  const making = new EntityMaking(options);
  for (const thing of things) making.add(thing);
  return { entities: making.entities, listed: making.listed, changed: making.changed, things };
}

/**
 * Mentions of one and the same thing. One id for things of different names on different instances was a slip of whoever
 * copied the lines: both are there.
 */
function clustersOf(mentions: readonly LegacyMention[]): readonly (readonly LegacyMention[])[] {
  const byId = new Map<string, LegacyMention[][]>();
  const clusters: LegacyMention[][] = [];
  for (const mention of mentions) {
    const named = mention.entityId === undefined ? [] : byId.get(mention.entityId) ?? [];
    const found = named.find((cluster) => cluster.some((other) => isSameThing(mention, other)));
    if (found) {
      found.push(mention);
      continue;
    }
    const cluster = [mention];
    clusters.push(cluster);
    if (mention.entityId !== undefined) byId.set(mention.entityId, [...named, cluster]);
  }
  return clusters;
}

function isSameThing(a: LegacyMention, b: LegacyMention): boolean {
  const sameName = a.name === undefined || b.name === undefined || a.name === b.name;
  const sameType = a.deviceType === undefined || b.deviceType === undefined || a.deviceType === b.deviceType;
  return sameType && (sameName || (a.dgnText === b.dgnText && a.instanceText === b.instanceText));
}

interface FamilyMention extends ReadMention {
  readonly family: Family;
}

class EntityMaking {
  readonly entities: LegacyEntity[] = [];
  readonly listed: ListedMention[] = [];
  readonly changed: LegacyRemark[] = [];
  readonly #options: EntityOptions;
  readonly #taken = new Set<string>();

  constructor(options: EntityOptions) {
    this.#options = options;
  }

  add(cluster: readonly LegacyMention[]): void {
    const type = cluster.map(({ deviceType }) => deviceType).find((found) => !saysNothing(found));
    const read = cluster.flatMap((mention) => this.#read(mention, type));
    const fits = ({ family }: FamilyMention) =>
      type === undefined ? true : family.types.includes(type) || (family.saysItself && saysNothing(type));
    const family = read.find(fits)?.family;
    if (!family) return read.forEach(({ mention, family }) => this.#list(mention, mismatchText(type, family)));
    const own = read.filter((mention) => mention.family === family);
    for (const { mention, family: other, shown } of read) {
      if (other === family) continue;
      this.#list(mention, `${shown} tells of a ${other.name}, the entity was taken for a ${family.name}`);
    }
    this.#make(own, family);
  }

  #read(mention: LegacyMention, type: string | undefined): readonly FamilyMention[] {
    const { message, shown, correction } = readDgn(mention.dgnText, {
      messages: this.#options.messages,
      goesWith: (name) => type !== undefined && goesWith(type, name),
    });
    if (message === undefined) {
      const why = mention.dgnText === "" ? "no message is named for it" : `${shown} is the number of no known message`;
      this.#list(mention, why);
      return [];
    }
    const family = families.find(({ messages }) => messages.test(message));
    if (!family) {
      this.#list(mention, `no kind of entity is made of ${shown}`);
      return [];
    }
    if (correction !== undefined) {
      this.changed.push({ where: mention.where, text: `${nameOf(mention)}: ${correction}` });
    }
    return [{ mention, message, shown, family }];
  }

  #make(own: readonly FamilyMention[], family: Family): void {
    const draft = family.draft(own);
    if ("why" in draft) return own.forEach(({ mention }) => this.#list(mention, draft.why));
    const { instances, left } = draft;
    for (const { mention } of left) {
      this.#list(mention, `the entity is on ${instances.join(" and ")} already, and cannot be here, too`);
    }
    const mentions = own.filter((mention) => !left.includes(mention)).map(({ mention }) => mention);
    const [first] = mentions;
    if (!first) return;
    const id = this.#idOf(first, `${draft.kind}_${instances[0] ?? 1}`);
    const name = mentions.map((mention) => mention.name).find((found) => found !== undefined) ?? spokenName(id);
    const area = mentions.map((mention) => mention.area).find((found) => found !== undefined);
    this.entities.push({
      definition: {
        id,
        kind: draft.kind,
        name: name.slice(0, 80).toWellFormed(),
        area: this.#options.areas.keyOf(area),
        ...draft.fields,
        provenance: this.#options.provenance,
      },
      mentions,
    });
    if ("load" in draft.fields) this.#noteOutputs(first, { id, instances, mentions });
  }

  #idOf(mention: LegacyMention, otherwise: string): string {
    const { entityId, name, where } = mention;
    const wanted = entityId !== undefined && isId(entityId)
      ? entityId
      : snakeCase(entityId ?? name ?? otherwise, "entity") ?? otherwise;
    const id = unusedName(wanted, this.#taken);
    if (entityId !== undefined && id !== entityId) {
      const why = wanted === entityId ? "something else has that id" : "ids are lower snake case";
      this.changed.push({ where, text: `${nameOf(mention)} has the id "${id}" now: ${why}` });
    }
    return id;
  }

  /** One lamp on several outputs is worth a look: it may be two lamps with one id. */
  #noteOutputs(first: LegacyMention, made: {
    readonly id: string;
    readonly instances: readonly number[];
    readonly mentions: readonly LegacyMention[];
  }): void {
    const { id, instances, mentions } = made;
    if (instances.length < 2 || mentions.some(({ commandInstances }) => commandInstances.length > 1)) return;
    this.changed.push({
      where: first.where,
      text: `"${id}" is one thing on the outputs ${instances.join(" and ")}: it was mapped on each of them`,
    });
  }

  #list(mention: LegacyMention, why: string): void {
    this.listed.push({ mention, why });
  }
}

/** How people know a mention. */
export function nameOf({ entityId, name, dgnText, instanceText }: LegacyMention): string {
  const called = entityId ?? name;
  return called === undefined ? `${dgnText}, instance ${instanceText}`.slice(0, 60) : `entity "${called.slice(0, 60)}"`;
}
