import { assertLookedAt, rootPath } from "./source_tree.ts";

interface DenoConfig {
  readonly imports: Readonly<Record<string, string>>;
  readonly tasks: Readonly<Record<string, { readonly description?: string; readonly command?: string }>>;
  readonly lock: { readonly frozen?: boolean };
}

interface DenoLock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly jsr?: unknown;
  readonly remote?: unknown;
}

const config: DenoConfig = JSON.parse(Deno.readTextFileSync(`${rootPath}deno.json`));
const lock: DenoLock = JSON.parse(Deno.readTextFileSync(`${rootPath}deno.lock`));

Deno.test("deno.json takes every package from npm at one exact version", () => {
  const entries = Object.entries(config.imports);
  for (const [name, target] of entries) {
    if (/^npm:(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(-[\w.]+)?(\/.*)?$/.test(target)) continue;
    throw new Error(`deno.json: "${name}" is "${target}", expected npm:<name>@<major>.<minor>.<patch>`);
  }
  assertLookedAt(entries.length, { atLeast: 5, what: "packages" });
});

Deno.test("every task of deno.json has a description", () => {
  const entries = Object.entries(config.tasks);
  for (const [name, task] of entries) {
    if ((task.description ?? "").length < 10) throw new Error(`deno.json: task "${name}" has no description`);
  }
  assertLookedAt(entries.length, { atLeast: 5, what: "tasks" });
});

Deno.test("deno.lock is frozen and knows npm alone", () => {
  if (config.lock.frozen !== true) throw new Error('deno.json: "lock.frozen" is not true');
  if (lock.jsr !== undefined || lock.remote !== undefined) {
    throw new Error('deno.lock: has "jsr" or "remote" entries, expected npm alone');
  }
  const specifiers = Object.keys(lock.specifiers);
  const wrong = specifiers.find((specifier) => !specifier.startsWith("npm:"));
  if (wrong) throw new Error(`deno.lock: "${wrong}" does not come from npm`);
  assertLookedAt(specifiers.length, { atLeast: 5, what: "locked packages" });
});

Deno.test("deno.lock holds every package of deno.json", () => {
  for (const [name, target] of Object.entries(config.imports)) {
    const specifier = target.replace(/^(npm:(@[\w.-]+\/)?[\w.-]+@[\w.-]+).*$/, "$1");
    if (specifier in lock.specifiers) continue;
    throw new Error(`deno.lock: "${specifier}" (imported as "${name}") is missing`);
  }
});
