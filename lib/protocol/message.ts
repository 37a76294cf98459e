import type { Message, Reading } from "./types.ts";

/** The reading of one field, or `undefined` when the message has no such field. */
export function reading(message: Message, signalName: string): Reading | undefined {
  const { signals } = message;
  for (let i = 0; i < signals.length; i++) {
    if (signals[i]?.name === signalName) return message.readings[i];
  }
  return undefined;
}

/**
 * The instance of a message: the number in its instance field [0, 255], or `undefined` when it has none or the field
 * carries no number. Composite bytes (AC status messages) give the part that counts instances.
 */
export function instanceOf(message: Message): number | undefined {
  const name = message.row.instanceField;
  if (name === undefined) return undefined;
  const found = reading(message, name);
  if (found === undefined || "status" in found) return undefined;
  return typeof found.value === "number" ? found.value : undefined;
}
