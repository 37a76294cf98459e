import { hasKind } from "../entities/mod.ts";
import type { MessageRow } from "../protocol/mod.ts";

/** Messages that state something about a device; commands, configuration and network management are not for owners. */
export function isStatusRow(row: MessageRow): boolean {
  return row.standard === "rvc" && row.lowByte === "group" && row.name.includes("STATUS") &&
    !row.name.includes("CONFIG") && row.name !== "COMMUNICATION_STATUS";
}

/** Status messages, and what else an entity can be made of: the chassis' own. */
export function isMappableRow(row: MessageRow): boolean {
  return isStatusRow(row) || hasKind(row.name);
}
