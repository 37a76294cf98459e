import type { Target } from "./runtime.ts";

/** No base runtime for `deno compile` could be had; the message says why. */
export class NoBaseRuntime extends Error {
  override readonly name = "NoBaseRuntime";
}

/** Numbers of the machines in the header of an ELF file. */
const machines: Readonly<Record<Target, number>> = { x86_64: 62, aarch64: 183 };

/**
 * The base runtime on this machine: the one that is named (`DENORT_BIN`), else `denort` from beside `deno`, when it is
 * for the target. Undefined when there is none: then `deno compile` downloads it.
 *
 * @throws when the named one is not a program for the target.
 */
export async function findBaseRuntime(
  target: Target,
  where: { readonly named?: string; readonly deno: string },
): Promise<string | undefined> {
  if (where.named !== undefined) {
    const machine = await machineOf(where.named);
    if (machine === machines[target]) return await Deno.realPath(where.named);
    const what = machine === undefined ? "no ELF program" : nameOf(machine);
    throw new Error(`Cannot compile with DENORT_BIN "${where.named}": it is ${what}, expected denort for ${target}`);
  }
  const deno = await Deno.realPath(where.deno);
  const beside = `${deno.slice(0, deno.lastIndexOf("/"))}/denort`;
  return await machineOf(beside) === machines[target] ? beside : undefined;
}

/** The machine that an ELF file is for; undefined for everything else, files that are not there included. */
async function machineOf(path: string): Promise<number | undefined> {
  const header = new Uint8Array(20);
  try {
    using file = await Deno.open(path);
    let read = 0;
    for (let got: number | null = 0; got !== null && read < header.length; read += got ?? 0) {
      got = await file.read(header.subarray(read));
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.IsADirectory) return undefined;
    throw error;
  }
  const isElf = header[0] === 0x7f && String.fromCharCode(...header.subarray(1, 4)) === "ELF";
  return isElf ? new DataView(header.buffer).getUint16(18, true) : undefined;
}

function nameOf(machine: number): string {
  const known = Object.entries(machines).find(([, number]) => number === machine);
  return `a program for ${known?.[0] ?? `machine ${machine}`}`;
}
