/**
 * Runs cases inside the virtual machine and prints their outcome for the host.
 *
 * @module
 */

/** A case that runs inside. */
export interface GuestCase {
  readonly name: string;
  run(): Promise<void>;
}

/** Runs the cases one after the other; a case that hangs fails after `timeoutMs`. */
export async function runGuestCases(cases: readonly GuestCase[], timeoutMs = 120_000): Promise<void> {
  for (const { name, run } of cases) {
    const startMs = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the case did not end within ${timeoutMs} ms`)), timeoutMs);
    });
    const message = await Promise.race([run(), late]).then(() => undefined, describe);
    clearTimeout(timer);
    const outcome = message === undefined ? "pass" : "fail";
    print({ name, outcome, message: message ?? "", values: { ms: Math.round(performance.now() - startMs) } });
  }
}

/** Tells the host numbers that are not a verdict. */
export function printInfo(name: string, values: Readonly<Record<string, unknown>>): void {
  print({ name, outcome: "info", values });
}

function print(result: Readonly<Record<string, unknown>>): void {
  console.log(`\n@@VM-RESULT ${JSON.stringify(result)}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Runs a program. @throws with its output when it fails. */
export async function sh(command: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", command] }).output();
  const text = new TextDecoder().decode(stdout);
  if (success) return text;
  throw new Error(`Cannot run "${command}": ${new TextDecoder().decode(stderr)}${text}`);
}

/** Waits until the condition holds, looking every few milliseconds. @throws after `timeoutMs`. */
export async function until(
  condition: () => boolean,
  { what, timeoutMs = 60_000 }: { what: string; timeoutMs?: number },
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`expected within ${timeoutMs} ms: ${what}`);
    await pause(5);
  }
}

/** Real time passes: inside the machine everything is real. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
