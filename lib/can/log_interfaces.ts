import { CandumpReader } from "./candump.ts";
import type { LogSource } from "./replay_port.ts";

/** As much of a log is looked at, bytes; a bus that says nothing for so long is not in it. */
const lookedAtBytes = 1 << 20;

/**
 * Names of the interfaces in the first mebibyte of a candump log, in the order of their first frames.
 *
 * @throws when the log cannot be read.
 */
export async function logInterfaces(source: LogSource): Promise<readonly string[]> {
  const names = new Set<string>();
  const reader = new CandumpReader({ onFrame: (line) => void names.add(line.interfaceName) });
  let seen = 0;
  for await (const piece of await source.open()) {
    reader.push(piece);
    seen += piece.length;
    if (seen >= lookedAtBytes) break;
  }
  reader.end();
  return [...names];
}
