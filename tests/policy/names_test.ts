import { assertLookedAt, assertNone, type Breach, isCode, trackedPaths } from "./source_tree.ts";

/** Names that say nothing about what is inside. A route's `index` is a URL. */
const empty = /^(utils?|helpers?|common|managers?|index|misc|shared)$/i;
const snakeCase = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const pascalCase = /^[A-Z][A-Za-z0-9]*$/;
/** Released migrations carry their number first. */
const numbered = /^[0-9]{4}_[a-z0-9]+(_[a-z0-9]+)*$/;
/** Routes: one file per URL; `_app`, `[id]`, `(group)` as Fresh names them, and `api.json` for a URL with an ending. */
const route = /^(_?[a-z][a-z0-9_-]*|\[(\.\.\.)?[a-zA-Z]+\])(\.[a-z]+)?$/;

function breachOf(path: string): string | undefined {
  const name = path.split("/").at(-1)?.replace(/\.tsx?$/, "") ?? "";
  const stem = name.replace(/_(test|bench)$/, "");
  if (path.startsWith("routes/")) {
    return route.test(stem) ? undefined : "routes are named as their URL, by Fresh's conventions";
  }
  if (empty.test(stem)) return `"${stem}" says nothing: name the file after what it exports`;
  if (/^islands\/[^/]+\.tsx$/.test(path)) return pascalCase.test(stem) ? undefined : "islands are PascalCase";
  if (path.startsWith("migrations/")) {
    return stem === "mod" || numbered.test(stem) ? undefined : "migrations are NNNN_what_changes";
  }
  if (path.endsWith(".tsx") && pascalCase.test(stem)) return undefined;
  return snakeCase.test(stem) ? undefined : "files are snake_case, components PascalCase";
}

Deno.test("code files are named after what they export, in the case of their kind", () => {
  const paths = trackedPaths().filter(isCode);
  const breaches: Breach[] = [];
  for (const path of paths) {
    const rule = breachOf(path);
    if (rule) breaches.push({ path, line: 1, rule });
  }
  assertNone(breaches);
  assertLookedAt(paths.length, { atLeast: 40, what: "code files" });
});

Deno.test("folders have names that say what is inside", () => {
  const folders = new Set(trackedPaths().flatMap((path) => path.split("/").slice(0, -1)));
  for (const folder of folders) {
    if (empty.test(folder)) throw new Error(`folder "${folder}" says nothing about what is inside`);
  }
  assertLookedAt(folders.size, { atLeast: 10, what: "folders" });
});
