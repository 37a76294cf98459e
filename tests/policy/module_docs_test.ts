import { assertLookedAt, assertNone, type Breach, isProgram, readFiles } from "./source_tree.ts";

const wanted = ["Lives here:", "Does not live here:", "May import:"];

Deno.test("every folder under lib has a mod.ts that says what lives here, what does not, and what it may import", () => {
  const files = readFiles((path) => isProgram(path) && path.startsWith("lib/"));
  const modules = new Map(files.map((file) => [file.path, file.text]));
  const folders = new Set(files.map((file) => file.path.split("/").slice(0, 2).join("/")));
  const breaches: Breach[] = [];
  for (const folder of folders) {
    const path = `${folder}/mod.ts`;
    const text = modules.get(path);
    if (text === undefined) {
      breaches.push({ path, line: 1, rule: "does not exist; every folder under lib/ has a mod.ts" });
      continue;
    }
    const comment = /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? "";
    for (const phrase of wanted.filter((phrase) => !comment.includes(phrase))) {
      breaches.push({ path, line: 1, rule: `its first comment does not say "${phrase}"` });
    }
  }
  assertNone(breaches);
  assertLookedAt(folders.size, { atLeast: 7, what: "folders" });
});
