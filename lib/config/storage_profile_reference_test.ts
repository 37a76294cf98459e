import assert from "node:assert/strict";
import { storageProfiles } from "../base/mod.ts";
import { storageProfileReference } from "./storage_profile_reference.ts";

Deno.test("docs/storage-profiles.md is what the table of storage profiles says", async () => {
  const path = new URL("../../docs/storage-profiles.md", import.meta.url);
  assert.equal(
    await Deno.readTextFile(path),
    storageProfileReference(),
    "deno run -A tools/storage_profile_reference.ts writes it",
  );
});

Deno.test("storageProfileReference() names every profile and the keys that beat it", () => {
  const text = storageProfileReference();
  for (const profile of storageProfiles) assert.ok(text.includes(`\`${profile}\``), profile);
  const keys = [...text.matchAll(/\(`([a-z]+\.[a-z_]+)`\)/g)].map(([, key]) => key);
  assert.ok(keys.length >= 9, keys.join(", "));
});
