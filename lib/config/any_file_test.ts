import assert from "node:assert/strict";
import fc from "fast-check";
import { configFolder } from "../../tests/suites/config_fixture.ts";
import { configKeys } from "./config_keys.ts";
import { configSchema } from "./schema.ts";

/** Lines as people write and break them. */
const line = fc.oneof(
  fc.tuple(
    fc.constantFrom(...configKeys.map(({ key }) => key.replace(/<[a-z]+>/, "x1"))),
    fc.oneof(
      fc.constantFrom("true", "1", "-5", '"text"', "[]", '["a", 1]', "{ a = 1 }", "2026-01-01", "", '"', "inf"),
      fc.integer().map(String),
      fc.string().map((text) => JSON.stringify(text)),
    ),
  ).map(([key, value]) => `${key} = ${value}`),
  fc.constantFrom("[server]", "[[server]]", "[features", "# note", "active_profile = 'storage'", "version = 1"),
  fc.string(),
);

Deno.test("whatever is in overrides and profiles: the configuration loads, and is what the schema accepts", async () => {
  await using folder = await configFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 6 }),
      fc.array(line, { maxLength: 4 }),
      async (overrides, profile) => {
        await folder.write("user/config-overrides.toml", overrides.join("\n"));
        await folder.write("user/profiles/any.toml", ["[overrides]", ...profile].join("\n"));
        const configuration = await folder.load();
        const { effective, places: { dataDir, storageProfile } } = configuration;
        const parsed = configSchema.parse(effective);
        const places = { data_dir: dataDir, storage_profile: storageProfile };
        assert.deepEqual(effective, { ...parsed, persistence: { ...parsed.persistence, ...places } });
        assert.equal(effective.persistence.data_dir, folder.path);
        for (const { file, text } of configuration.problems()) assert(file !== "" && text !== "");
        assert(configuration.profiles().some(({ name }) => name === "any"));
      },
    ),
    { numRuns: 150 },
  );
});
