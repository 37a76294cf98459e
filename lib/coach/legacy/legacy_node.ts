import type { LegacyPlace } from "./legacy_plan.ts";

/** A value of a file of the earlier installation, and where it stands. Anchors and merge keys are resolved. */
export type LegacyNode = LegacyScalar | LegacyList | LegacyMap;

export interface LegacyScalar {
  readonly kind: "scalar";
  readonly place: LegacyPlace;
  readonly value: string | number | boolean | null;
  /** As it is written: `025` and `1FEDA` are not numbers to people. */
  readonly text: string;
}

export interface LegacyList {
  readonly kind: "list";
  readonly place: LegacyPlace;
  readonly items: readonly LegacyNode[];
}

export interface LegacyMap {
  readonly kind: "map";
  readonly place: LegacyPlace;
  /** A key that is given twice is here twice. */
  readonly members: readonly LegacyMember[];
}

export interface LegacyMember {
  readonly key: string;
  /** Of the key. */
  readonly place: LegacyPlace;
  readonly value: LegacyNode;
}

/** The value of a key; of a key that is given twice the later one, which is what the earlier program took. */
export function memberOf(node: LegacyNode | undefined, key: string): LegacyNode | undefined {
  if (node?.kind !== "map") return undefined;
  return node.members.findLast((member) => member.key === key)?.value;
}

/** The text of a scalar on one line; undefined for null and for what is no scalar. */
export function textOf(node: LegacyNode | undefined): string | undefined {
  if (node?.kind !== "scalar" || node.value === null || node.text === "") return undefined;
  return node.text.replaceAll(/\p{Cc}+/gu, " ");
}

/** The texts of a list, or the one text; what is no text in it is left out. */
export function textsOf(node: LegacyNode | undefined): readonly string[] {
  if (node?.kind === "list") return node.items.map(textOf).filter((text) => text !== undefined);
  const text = textOf(node);
  return text === undefined ? [] : [text];
}

/** A whole number [0, 255] as the earlier program took it: written as a number, or as digits in quotes. */
export function byteOf(node: LegacyNode | undefined): number | undefined {
  const text = textOf(node);
  return text === undefined ? undefined : byteText(text);
}

/** A whole number [0, 255] of decimal digits, or of hexadecimal ones after `0x`. */
export function byteText(text: string): number | undefined {
  if (!/^(\d{1,4}|0x[0-9a-f]{1,2})$/i.test(text)) return undefined;
  const value = Number(text);
  return value <= 255 ? value : undefined;
}
