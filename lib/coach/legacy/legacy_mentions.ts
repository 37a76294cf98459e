import { type LegacyMention, mentionOf } from "./legacy_mention.ts";
import { byteOf, type LegacyMap, type LegacyMember, type LegacyNode, memberOf, textOf } from "./legacy_node.ts";
import type { LegacyPlace, NotMapped } from "./legacy_plan.ts";
import { shortened } from "./read_legacy_yaml.ts";

/** Everything that a mapping names, and what of it is no entity at all. */
export interface LegacyMentions {
  readonly mentions: readonly LegacyMention[];
  readonly notMapped: readonly NotMapped[];
}

/** Most mentions that are looked at; the largest real mapping has 69. */
const maxMentions = 10_000;

/** A section whose entities stand below the number of their message, e.g. `1FEDA` or `"0x1FEDA"`. */
export function isDgnKey(key: string): boolean {
  return /^(0x)?[0-9A-F]{3,6}$/i.test(key) && /[0-9]/.test(key);
}

/** What the sections that are no entities were for, and what is there instead. */
const otherSections: Readonly<Record<string, string>> = {
  dgn_pairs:
    "which message answers which command is a fact of RV-C and known to the program; the old pairs were partly " +
    "wrong (1FED8 is no dimmer command)",
  interface_requirements: "speeds of the buses are set with can.bitrates; the old 50000 for the house bus was wrong, " +
    "RV-C runs at 250000",
  lighting_scenes: "this version has no scenes",
  lighting_groups:
    "groups by patterns of names are not taken over; an entity of several outputs is made in Settings, Coach",
  protocol_extensions:
    "the old form does not say which bits the fields have; declare such a message again in the model's " +
    "`protocol`",
};

/** Sections that were for the earlier program itself, or that something else is made of. */
const ownSections: ReadonlySet<string> = new Set([
  "areas",
  "coach_info",
  "defaults",
  "entities",
  "file_metadata",
  "global_defaults",
  "model_name",
  "schema_version",
  "templates",
  "validation_rules",
]);

/** Whether a file is the mapping of a coach in any of the forms that the earlier program had. */
export function isLegacyMapping(root: LegacyNode | undefined): root is LegacyMap {
  if (root?.kind !== "map") return false;
  return root.members.some(({ key, value }) =>
    key === "coach_info" || (isDgnKey(key) && value.kind === "map") ||
    (key === "entities" && value.kind === "map")
  );
}

/** All mentions of a mapping, in the order of the file. */
export function legacyMentions(root: LegacyMap): LegacyMentions {
  const list = new MentionList();
  for (const member of root.members) {
    const { key, place, value } = member;
    if (key === "entities") list.entities(value);
    else if (isDgnKey(key)) list.dgnSection(member);
    else if (Object.hasOwn(otherSections, key)) {
      list.leave(place, { what: `section "${key}"`, why: otherSections[key] ?? "" });
    } else if (!ownSections.has(key)) {
      list.leave(place, {
        what: `section "${shortened(key)}"`,
        why: "it is neither the number of a message nor a section of the earlier program",
      });
    }
  }
  return list;
}

class MentionList implements LegacyMentions {
  readonly mentions: LegacyMention[] = [];
  readonly notMapped: NotMapped[] = [];

  leave(where: LegacyPlace, about: Omit<NotMapped, "where">): void {
    this.notMapped.push({ where, ...about });
  }

  /** Message → instance → entities. */
  dgnSection({ key, place, value }: LegacyMember): void {
    if (value.kind !== "map") {
      return this.leave(place, { what: `section "${key}"`, why: "there are no instances in it" });
    }
    for (const { key: instanceText, value: entities } of value.members) {
      const items = entities.kind === "list" ? entities.items : [entities];
      for (const item of items) {
        if (item.kind !== "map") {
          const what = `${key}, instance ${shortened(instanceText)}`;
          this.leave(item.place, { what, why: "there is no entity, only a value" });
        } else this.#add(item, mentionOf(item, { dgnText: key, instanceText, isCommand: false }));
      }
    }
  }

  /** The later form: entities by their ids, or lists of them by kind. */
  entities(section: LegacyNode): void {
    if (section.kind !== "map") {
      return this.leave(section.place, { what: 'section "entities"', why: "there are no entities in it" });
    }
    for (const { key, place, value } of section.members) {
      if (value.kind === "list") {
        for (const item of value.items) this.#listed(item, key);
      } else if (value.kind === "map") this.#named(key, { place, value });
      else this.leave(place, { what: `entity "${shortened(key)}"`, why: "nothing is said about it" });
    }
  }

  /** An entity below the name of its kind in the plural, with its message among its fields. */
  #listed(item: LegacyNode, plural: string): void {
    if (item.kind !== "map") {
      return this.leave(item.place, {
        what: `an entry of "${shortened(plural)}"`,
        why: "there is no entity, only a value",
      });
    }
    const dgnText = textOf(memberOf(item, "pgn")) ?? textOf(memberOf(item, "dgn")) ??
      textOf(memberOf(item, "dgn_hex")) ??
      "";
    const instanceText = textOf(memberOf(item, "instance")) ?? "default";
    const deviceType = plural.toLowerCase().replace(/s$/, "");
    this.#add(item, mentionOf(item, { dgnText, instanceText, isCommand: false, deviceType }));
  }

  /** An entity below its id, with the messages that it hears and the one that it is commanded with. */
  #named(entityId: string, { place, value }: { readonly place: LegacyPlace; readonly value: LegacyMap }): void {
    const sources = memberOf(value, "sources");
    const heard = sources?.kind === "list" ? sources.items.filter((source) => source.kind === "map") : [];
    const command = memberOf(value, "command");
    for (const source of heard) {
      this.#add(value, mentionOf(value, { entityId, where: source.place, isCommand: false, ...addressOf(source) }));
    }
    if (command?.kind === "map") {
      const instances = memberOf(command, "instances");
      const commandInstances = instances?.kind === "list"
        ? instances.items.slice(0, 16).map(byteOf).filter((instance) => instance !== undefined)
        : [];
      const instanceText = commandInstances[0] === undefined ? "default" : String(commandInstances[0]);
      const at = { ...addressOf(command), instanceText, commandInstances, isCommand: true };
      this.#add(value, mentionOf(value, { entityId, where: command.place, ...at }));
    } else if (heard.length === 0) {
      this.#add(
        value,
        mentionOf(value, { entityId, where: place, isCommand: false, dgnText: "", instanceText: "default" }),
      );
    }
  }

  #add(item: LegacyNode, mention: LegacyMention): void {
    if (this.mentions.length < maxMentions) this.mentions.push(mention);
    else this.leave(item.place, { what: "an entity", why: `the mapping has more than ${maxMentions} of them` });
  }
}

function addressOf(node: LegacyNode): { readonly dgnText: string; readonly instanceText: string } {
  return {
    dgnText: textOf(memberOf(node, "dgn")) ?? "",
    instanceText: textOf(memberOf(node, "instance")) ?? "default",
  };
}
