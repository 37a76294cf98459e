import type { Message, Protocol } from "../protocol/mod.ts";

/** What the table needs to know of the standard. */
export interface MessageLookup {
  readonly dgnOf: (messageName: string) => number | undefined;
  readonly hasField: (messageName: string, field: string) => boolean;
  /** The message was decoded by the row that has its number now. */
  readonly isCurrent: (message: Message) => boolean;
}

export function messageLookup({ codec }: Protocol): MessageLookup {
  return {
    dgnOf: (name) => codec.dgnOf(name),
    hasField: (name, field) => codec.rowNamed(name)?.signals.some((signal) => signal.name === field) ?? false,
    isCurrent({ dgn, row }) {
      const now = codec.rowOf(dgn);
      return now === row || JSON.stringify(now) === JSON.stringify(row);
    },
  };
}
