/** One file of the tree that git tracks, or would track. */
export interface SourceFile {
  /** Path from the root of the repository, `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

/** One breach of a rule, told so that it can be found and mended. */
export interface Breach {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly rule: string;
}

const root = new URL("../../", import.meta.url);

/** Root of the repository on this machine, with a slash at the end. */
export const rootPath: string = decodeURIComponent(root.pathname);

/** Folders whose code runs in the program, and the file that wires them. */
export const programRoots: readonly string[] = ["lib/", "routes/", "islands/", "wiring/", "main.ts"];

/** Every file that is in the repository or about to be: tracked, or new and not ignored. Sorted. */
export function trackedPaths(): readonly string[] {
  const output = new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd: rootPath,
    stderr: "null",
  }).outputSync();
  if (!output.success) throw new Error("Cannot list the tree: git ls-files failed, wanted a clone of the repository");
  const paths = new TextDecoder().decode(output.stdout).split("\0").filter((path) => path !== "");
  return [...new Set(paths)].filter(exists).sort();
}

/** True for TypeScript of any kind. */
export function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}

/** True for tests and what only tests use. */
export function isTest(path: string): boolean {
  return path.startsWith("tests/") || /_(test|bench)\.tsx?$/.test(path) || path.includes("/testing/");
}

/** True for code that runs in the program: not tests, tools or benches. */
export function isProgram(path: string): boolean {
  return isCode(path) && !isTest(path) && programRoots.some((start) => path.startsWith(start));
}

/** Reads tracked files that `wanted` accepts; what is not text is left out. */
export function readFiles(wanted: (path: string) => boolean): readonly SourceFile[] {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const files: SourceFile[] = [];
  for (const path of trackedPaths().filter(wanted)) {
    const bytes = Deno.readFileSync(new URL(path, root));
    if (bytes.includes(0)) continue;
    files.push({ path, text: decoder.decode(bytes) });
  }
  return files;
}

/** 1-based line of an offset into a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Every match of a pattern in a file, as breaches of one rule. */
export function matches(file: SourceFile, options: { readonly pattern: RegExp; readonly rule: string }): Breach[] {
  const pattern = new RegExp(options.pattern.source, options.pattern.flags.replace("g", "") + "g");
  return [...file.text.matchAll(pattern)].map((match) => ({
    path: file.path,
    line: lineAt(file.text, match.index),
    rule: `${options.rule}: "${match[0].trim().slice(0, 80)}"`,
  }));
}

/** Fails with one line per breach. */
export function assertNone(breaches: readonly Breach[]): void {
  if (breaches.length === 0) return;
  const lines = breaches.map((breach) => `  ${breach.path}:${breach.line}: ${breach.rule}`);
  throw new Error(`${breaches.length} breach(es) of a house rule:\n${lines.join("\n")}`);
}

/** Fails when a rule looked at fewer things than there must be: a sweep that looks at nothing is always green. */
export function assertLookedAt(found: number, options: { readonly atLeast: number; readonly what: string }): void {
  if (found >= options.atLeast) return;
  throw new Error(
    `Cannot trust this rule: it looked at ${found} ${options.what}, expected at least ${options.atLeast}`,
  );
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, root)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
