import type { SettingKey, SettingKeys, TomlReading } from "../coach/legacy/mod.ts";
import { ConfigError, findKey, parseConfig } from "../config/mod.ts";

/** The configuration of today, as the plan of an import asks for it. */
export const legacyKeys: SettingKeys = { readToml, key: settingKey };

function readToml(text: string, file: string): TomlReading {
  const read = parseConfig(text, { file, format: "toml" });
  if (read.kind === "parsed") {
    const { tree, placeOf } = read.parsed;
    return { kind: "parsed", tree, placeOf };
  }
  return {
    kind: "problems",
    problems: read.problems.map(({ line = 1, column = 1, key, text: wrong }) => ({
      where: { file, line, column },
      // The earlier program did not take such a file either.
      text: `${key === undefined ? "" : `${key} `}${wrong}; nothing of the file was read`,
    })),
  };
}

function settingKey(name: string): SettingKey | undefined {
  let found: ReturnType<typeof findKey>;
  try {
    found = findKey(name);
  } catch (error) {
    if (error instanceof ConfigError && error.kind === "notFound") return undefined;
    throw error;
  }
  const { schema, facts, layers, defaultValue, expected } = found.definition;
  const who = facts.secret
    ? undefined
    : layers.has("overrides")
    ? "owner"
    : layers.has("system")
    ? "installer"
    : undefined;
  return {
    who,
    ...(defaultValue === undefined ? {} : { defaultValue }),
    expected,
    accepts: (value) => schema.safeParse(value).success,
  };
}
