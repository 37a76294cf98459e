import { byteOf, byteText, type LegacyNode, memberOf, textOf, textsOf } from "./legacy_node.ts";
import type { LegacyPlace } from "./legacy_plan.ts";

/** One place of an earlier mapping that names an entity: a message, an instance, and what it says about it. */
export interface LegacyMention {
  readonly where: LegacyPlace;
  /** As it is written, e.g. `1FEDA` or `0x1FEDA`; empty: none is given. */
  readonly dgnText: string;
  /** As it is written; `default` where the old mapping had no number. */
  readonly instanceText: string;
  /** [0, 255]; undefined: it is no number. */
  readonly instance: number | undefined;
  /** Outputs that a command goes to, where there are several. */
  readonly commandInstances: readonly number[];
  /** Said by the section it stands in: the message is one that is sent. */
  readonly isCommand: boolean;
  readonly entityId: string | undefined;
  readonly name: string | undefined;
  readonly deviceType: string | undefined;
  readonly area: string | undefined;
  readonly capabilities: readonly string[];
  readonly tankType: string | undefined;
  /** `command_type` and `status_dgn`, which tell what a wrong number was meant to be. */
  readonly commandType: string | undefined;
  readonly statusDgn: string | undefined;
  /** Names of the fields that nothing is made of. */
  readonly unusedFields: readonly string[];
}

/** Fields that something is made of. */
const usedFields: ReadonlySet<string> = new Set([
  "entity_id",
  "id",
  "friendly_name",
  "name",
  "device_type",
  "type",
  "area",
  "suggested_area",
  "capabilities",
  "tank_type",
  "command_type",
  "status_dgn",
  "command_instances",
  "instance",
  "pgn",
  "dgn",
  "dgn_hex",
  "sources",
  "command",
]);

/** Where a mention stands, beside its own fields. */
export interface MentionPlace {
  readonly dgnText: string;
  readonly instanceText: string;
  readonly isCommand: boolean;
  readonly commandInstances?: readonly number[];
  /** Of the entity's key, where it has one. */
  readonly entityId?: string;
  /** Taken where the entity itself says no type. */
  readonly deviceType?: string;
  readonly where?: LegacyPlace;
}

/** What the fields of an entity say, in any of the forms that the earlier program had. */
export function mentionOf(fields: LegacyNode, at: MentionPlace): LegacyMention {
  const text = (...keys: readonly string[]) =>
    keys.map((key) => textOf(memberOf(fields, key))?.trim()).find((found) => found !== undefined && found !== "");
  return {
    where: at.where ?? fields.place,
    dgnText: at.dgnText,
    instanceText: at.instanceText,
    instance: byteText(at.instanceText.trim()),
    commandInstances: at.commandInstances ?? commandInstancesOf(memberOf(fields, "command_instances")),
    isCommand: at.isCommand,
    entityId: at.entityId ?? text("entity_id", "id"),
    name: text("friendly_name", "name"),
    deviceType: text("device_type", "type")?.toLowerCase() ?? at.deviceType,
    area: text("area", "suggested_area"),
    capabilities: textsOf(memberOf(fields, "capabilities")).map((word) => word.toLowerCase()),
    tankType: text("tank_type")?.toLowerCase(),
    commandType: text("command_type")?.toLowerCase(),
    statusDgn: text("status_dgn"),
    unusedFields: fields.kind === "map"
      ? [...new Set(fields.members.map(({ key }) => key).filter((key) => !usedFields.has(key)))]
      : [],
  };
}

function commandInstancesOf(node: LegacyNode | undefined): readonly number[] {
  if (node?.kind !== "list") return [];
  return [...new Set(node.items.slice(0, 16).map(byteOf).filter((instance) => instance !== undefined))];
}
