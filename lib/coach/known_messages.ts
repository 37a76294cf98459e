import type { MessageRow } from "../protocol/mod.ts";

/** What a check needs to know of a message. */
export type KnownMessage = Pick<MessageRow, "name" | "dgn" | "instanceField" | "signals" | "multiplex">;

/** The messages of the standards; a `Codec` is one, without the list of names. */
export interface KnownMessages {
  rowNamed(name: string): KnownMessage | undefined;
  /** The message that has a number, low byte ignored where it is no part of the number. */
  rowOf(dgn: number): KnownMessage | undefined;
  /** All names, for "did you mean"; absent: nothing is proposed. */
  readonly names?: readonly string[];
}
