import type { KnownMessages } from "../known_messages.ts";

/** What a number of an earlier mapping means. */
export interface ReadDgn {
  /** Name of the message, e.g. `DC_DIMMER_STATUS_3`; undefined: the number is that of no known message. */
  readonly message: string | undefined;
  /** For people, e.g. `1FEDA (DC_DIMMER_STATUS_3)`. */
  readonly shown: string;
  /** What the number was changed to, and why; absent: it was right. */
  readonly correction?: string;
}

interface Correction {
  /** Name of the message that was meant. */
  readonly message: string;
  readonly why: string;
}

/**
 * Numbers that the earlier program had wrong. Each counts only for an entity that says what it is (a lamp on 1FED8): the
 * numbers themselves belong to other messages. Origin: its own later findings, checked against RV-C 2023-11.
 */
const corrections: Readonly<Record<string, readonly Correction[]>> = {
  "1FED8": [{ message: "DC_DIMMER_COMMAND_2", why: "1FED8 is GENERIC_CONFIGURATION_STATUS" }],
  "21604": [{ message: "DC_SOURCE_STATUS_2", why: "21604 is no number of RV-C" }],
  "0FEF6": [{ message: "THERMOSTAT_COMMAND_1", why: "FEF6 is a J1939 message" }],
  "001FE": [{ message: "THERMOSTAT_STATUS_2", why: "1FE is no number of RV-C" }],
  "3FFDB": [{ message: "GENERATOR_STATUS_2", why: "3FFDB is no number of RV-C" }],
  "3FFFF": [{ message: "GENERATOR_DEMAND_COMMAND", why: "3FFFF is no number of RV-C" }],
  "0FF12": [{ message: "AC_LOAD_STATUS_2", why: "FF12 is no number of RV-C" }],
};

/** Largest number of a message: data page 1 and 16 bits. */
const maxDgn = 0x1ffff;

/**
 * Reads the number of a message.
 *
 * @param options.goesWith whether an entity of this kind may have such a message: decides about a correction.
 */
export function readDgn(text: string, options: {
  readonly messages: KnownMessages;
  readonly goesWith: (message: string) => boolean;
}): ReadDgn {
  const digits = text.trim().replace(/^0x/i, "").toUpperCase();
  if (!/^[0-9A-F]{1,6}$/.test(digits)) return { message: undefined, shown: text === "" ? "no message" : `"${text}"` };
  const number = Number.parseInt(digits, 16);
  const row = number <= maxDgn ? options.messages.rowOf(number) : undefined;
  const correction = corrections[hexOf(number)]?.find(({ message }) => options.goesWith(message));
  if (correction && !(row && options.goesWith(row.name))) {
    const shown = `${digits} (meant as ${correction.message})`;
    const right = options.messages.rowNamed(correction.message);
    const now = right ? `${hexOf(right.dgn)}, ${correction.message}` : correction.message;
    return { message: correction.message, shown, correction: `${correction.why}; it is read as ${now}` };
  }
  return { message: row?.name, shown: row ? `${hexOf(number)} (${row.name})` : digits };
}

function hexOf(dgn: number): string {
  return dgn.toString(16).toUpperCase().padStart(5, "0");
}
