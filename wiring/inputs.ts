import { CliError } from "../lib/cli/mod.ts";
import type { CoachModel } from "../lib/coach/mod.ts";
import { CoachModelError, readModel } from "../lib/core/mod.ts";
import {
  createProtocol,
  embeddedTables,
  parseTables,
  type Protocol,
  type ReferenceTables,
} from "../lib/protocol/mod.ts";
import { messageOf } from "./surroundings.ts";

/**
 * The standards, from the program itself or from a developer's folder; without J1939 engine and chassis messages are
 * unknown ones. @throws {CliError}
 */
export function protocolFor(
  { referenceDir, withJ1939 }: { readonly referenceDir: string | undefined; readonly withJ1939: boolean },
): Protocol {
  const tables = referenceDir === undefined ? embeddedTables() : tablesIn(referenceDir);
  return createProtocol(withJ1939 ? tables : { ...tables, j1939: { ...tables.j1939, messages: [] } });
}

function tablesIn(referenceDir: string): ReferenceTables {
  const read = (name: string): string => {
    try {
      return Deno.readTextFileSync(`${referenceDir}/${name}`);
    } catch (cause) {
      throw new CliError(`Cannot read protocol tables "${referenceDir}/${name}": ${messageOf(cause)}`, { cause });
    }
  };
  try {
    return parseTables({ rvc: JSON.parse(read("rvc.json")), j1939: JSON.parse(read("j1939.json")) });
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError(`Cannot use protocol tables in "${referenceDir}": ${messageOf(cause)}`, { cause });
  }
}

/** A coach model by id or file. @throws {CliError} */
export function modelNamed(name: string, folder: URL): CoachModel {
  try {
    return readModel(name, folder);
  } catch (error) {
    throw error instanceof CoachModelError ? new CliError(error.message, { cause: error }) : error;
  }
}

/** Something that is the same at each start on this machine, and another on the next. */
export function machineId(): string {
  try {
    return Deno.readTextFileSync("/etc/machine-id").trim();
  } catch {
    return Deno.hostname();
  }
}
