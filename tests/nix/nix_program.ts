/** Root of the repository, without a slash at the end. */
export const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");

/**
 * The value of an expression of Nix. Nothing is built and no store is touched.
 *
 * @throws with what Nix says when it cannot be evaluated.
 */
export async function evaluateNix(expression: string): Promise<unknown> {
  return JSON.parse(await nixInstantiate(["--eval", "--strict", "--json", "--expr", expression]));
}

/** @throws with what Nix says when the text is not Nix. */
export async function parseNix(text: string): Promise<void> {
  await nixInstantiate(["--parse", "-"], text);
}

/** A path as an expression, whatever characters it has. */
export function nixPath(path: string): string {
  return `(/. + ${JSON.stringify(path)})`;
}

/** Paths in the repository of all its files of Nix, sorted. */
export function nixFiles(): readonly string[] {
  const { stdout } = new Deno.Command("git", {
    args: ["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.nix"],
    cwd: root,
  }).outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n").sort();
}

async function nixInstantiate(args: readonly string[], input = ""): Promise<string> {
  const child = new Deno.Command("nix-instantiate", {
    args: ["--store", "dummy://", ...args],
    cwd: root,
    // Nix wants a folder of its own for what it remembers.
    env: { HOME: "/nonexistent", XDG_CACHE_HOME: "/nonexistent", NIX_REMOTE: "" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const [{ success, stdout, stderr }] = await Promise.all([
    child.output(),
    writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {}),
  ]);
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  return new TextDecoder().decode(stdout);
}
