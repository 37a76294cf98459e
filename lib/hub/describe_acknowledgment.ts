import { acknowledgmentName, type Protocol } from "../protocol/mod.ts";

/** What a node said no with, for people (RV-C 2023-11, 3.2.4.4). */
export function describeAcknowledgment(code: number, protocol: Protocol): string {
  const name = acknowledgmentName(code, protocol.tables.rvc.acknowledgmentCodes).replaceAll("_", " ");
  return `The coach refused: ${name} (code ${code}).`;
}
