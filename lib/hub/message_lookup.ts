import type { Message, MessageRow, Protocol } from "../protocol/mod.ts";

/** What the table needs to know of the standard. */
export interface MessageLookup {
  readonly dgnOf: (messageName: string) => number | undefined;
  /** Fields that a multiplexer selects are fields, too. */
  readonly hasField: (messageName: string, field: string) => boolean;
  /** The message was decoded by the row that has its number now. */
  readonly isCurrent: (message: Message) => boolean;
}

export function messageLookup({ codec }: Protocol): MessageLookup {
  return {
    dgnOf: (name) => codec.dgnOf(name),
    hasField(name, field) {
      const row = codec.rowNamed(name);
      return row !== undefined && fieldsOf(row).some((signal) => signal.name === field);
    },
    isCurrent({ dgn, row }) {
      const now = codec.rowOf(dgn);
      return now === row || JSON.stringify(now) === JSON.stringify(row);
    },
  };
}

function fieldsOf({ signals, multiplex }: MessageRow) {
  return [...signals, ...Object.values(multiplex?.variants ?? {}).flat()];
}
