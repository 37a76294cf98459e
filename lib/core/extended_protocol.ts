import { createProtocol, type MessageRow, type Protocol } from "../protocol/mod.ts";

/** The standards, and behind them messages that a coach's mapping declares: a number that has a row keeps it. */
export function extendedProtocol(standards: Protocol, declared: readonly MessageRow[]): Protocol {
  if (declared.length === 0) return standards;
  const { tables } = standards;
  const { tables: _, ...extended } = createProtocol({
    ...tables,
    j1939: { ...tables.j1939, messages: [...tables.j1939.messages, ...declared] },
  });
  return { ...extended, tables };
}
