import assert from "node:assert/strict";
import { configKeys } from "./config_keys.ts";
import { configReference } from "./config_reference.ts";
import { environmentVariables } from "./environment_variables.ts";

Deno.test("docs/configuration.md is what the schema says: deno run -A tools/configuration_reference.ts writes it", async () => {
  const path = new URL("../../docs/configuration.md", import.meta.url);
  assert.equal(await Deno.readTextFile(path), configReference());
});

Deno.test("configReference() has a row for every key, a word about every section, and every variable", () => {
  const text = configReference();
  for (const { key, facts } of configKeys) {
    const row = text.split("\n").find((line) => line.startsWith(`| \`${key}\` `));
    assert(row?.includes(facts.doc.replaceAll("|", "\\|")), key);
  }
  for (const { name } of environmentVariables) assert(text.includes(`\`${name}`), name);
  assert.doesNotMatch(text, /## `[a-z]+`\n\n\n/);
});
