/**
 * Runs a command and answers its standard output.
 *
 * @throws with the command's standard error when it cannot be started or fails.
 */
export async function runCommand(
  command: string,
  options: {
    readonly args: readonly string[];
    readonly cwd?: string;
    /** The whole environment, instead of this process's own. */
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
  },
): Promise<string> {
  const shown = `${command} ${options.args.join(" ")}`;
  const signal = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, {
      args: [...options.args],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { clearEnv: true, env: { ...options.env } }),
      ...(signal === undefined ? {} : { signal }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (cause) {
    throw new Error(`Cannot run "${shown}": ${command} could not be started, is it installed?`, { cause });
  }
  if (signal?.aborted) throw new Error(`Cannot run "${shown}": it timed out after ${options.timeoutMs} ms`);
  if (output.success) return new TextDecoder().decode(output.stdout);
  throw new Error(`Cannot run "${shown}": exit code ${output.code}: ${new TextDecoder().decode(output.stderr).trim()}`);
}
