import type { Message } from "../protocol/mod.ts";
import type { EntityRecord, EntityTable } from "./entity_table.ts";
import type { UnmappedInstance } from "./observations.ts";

/** The latest message of one sender. */
interface HeardMessage {
  readonly message: Message;
  readonly interfaceName: string;
  readonly heardMs: number;
}

/**
 * Tells entities that are new what their devices said last, mapped or not: a device that speaks on change alone would
 * leave them without a state for a long time.
 *
 * @returns the entities that have something to show.
 */
export function replayHeard(table: EntityTable, from: {
  readonly previous: EntityTable;
  readonly unmapped: readonly UnmappedInstance[];
  readonly isCurrent: (message: Message) => boolean;
  readonly nowMs: number;
  readonly wallMs: number;
}): readonly EntityRecord[] {
  const { previous, nowMs, wallMs } = from;
  const told = new Set<EntityRecord>();
  for (const { message, interfaceName, heardMs } of heardBefore(from)) {
    for (const target of table.route(message)) {
      if (previous.get(target.record.definition.id) === target.record) continue;
      // As when it came: how old it is shows, and counts.
      table.hear(target, { message, interfaceName, nowMs: heardMs, wallMs: wallMs - (nowMs - heardMs) });
      told.add(target.record);
    }
  }
  return [...told];
}

/** Oldest first, so that the newest has the last word. */
function heardBefore(from: {
  readonly previous: EntityTable;
  readonly unmapped: readonly UnmappedInstance[];
  readonly isCurrent: (message: Message) => boolean;
}): readonly HeardMessage[] {
  const mapped = [...from.previous.all()].flatMap((record) =>
    record.bindings.flatMap(({ binding, source, heardMs }): HeardMessage[] => {
      const message = record.heard.get(binding.key);
      return message && source && heardMs !== undefined
        ? [{ message, interfaceName: source.interfaceName, heardMs }]
        : [];
    })
  );
  const unmapped = from.unmapped.map(({ last, interfaceName, lastMs }) => ({
    message: last,
    interfaceName,
    heardMs: lastMs,
  }));
  return [...mapped, ...unmapped].filter(({ message }) => from.isCurrent(message))
    .sort((a, b) => a.heardMs - b.heardMs);
}
