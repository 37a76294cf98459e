import { lowByteOf, type MessageRow } from "../protocol/mod.ts";
import type { CoachModel } from "./definition.ts";
import type { ProtocolExtension } from "./protocol_extension.ts";

/** RV-C's default priority (RV-C 2023-11, 3.1). */
const priority = 6;

/** The messages that a model declares, as rows for a codec. They go behind the standards' own, which so keep their numbers. */
export function extensionRows(model: CoachModel): readonly MessageRow[] {
  return Object.entries(model.protocol).map(([name, extension]) => extensionRow(name, extension));
}

/** One declared message as a row. */
export function extensionRow(name: string, extension: ProtocolExtension): MessageRow {
  const { dgn, instanceField, note, signals } = extension;
  const number = Number.parseInt(dgn, 16);
  return {
    dgn: number,
    name,
    standard: "rvc",
    origin: note ?? "declared by the coach's mapping",
    priority,
    lowByte: lowByteOf(number),
    ...(instanceField === undefined ? {} : { instanceField }),
    signals: signals.map(({ scale, offset, unit, labels, ...signal }) => ({
      ...signal,
      ...(scale === undefined ? {} : { scale }),
      ...(offset === undefined ? {} : { offset }),
      ...(unit === undefined ? {} : { unit }),
      ...(labels === undefined ? {} : { labels }),
    })),
  };
}
