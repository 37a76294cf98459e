/**
 * Runs a command and answers its standard output.
 *
 * @throws with the command's standard error when it cannot be started or fails.
 */
export async function runCommand(
  command: string,
  options: { readonly args: readonly string[]; readonly cwd?: string },
): Promise<string> {
  const shown = `${command} ${options.args.join(" ")}`;
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, {
      args: [...options.args],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (cause) {
    throw new Error(`Cannot run "${shown}": ${command} could not be started, is it installed?`, { cause });
  }
  if (output.success) return new TextDecoder().decode(output.stdout);
  throw new Error(`Cannot run "${shown}": exit code ${output.code}: ${new TextDecoder().decode(output.stderr).trim()}`);
}
