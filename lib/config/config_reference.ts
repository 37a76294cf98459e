import { type ConfigKey, configKeys } from "./config_keys.ts";
import { configFileVariable, environmentVariables } from "./environment_variables.ts";
import { markdownTable } from "./markdown_table.ts";
import { shownValue } from "./problem_text.ts";

/** What each section is about, in the order of the schema. */
const sections: Readonly<Record<string, string>> = {
  server: "How the site is reached.",
  can: "The buses.",
  coach: "Which coach it is.",
  persistence: "Where data is kept. It is always kept: no key switches that off.",
  database: "The database of what must not be lost.",
  history: "How long the course of signals is kept.",
  backups: "How long copies are kept. Backups are always made.",
  logging: "What is logged, and where to.",
  safety: "Times of the rules about what may move. The rules themselves are no configuration.",
  features: "What may be switched off. Core services have no switch.",
  auth: "Accounts and sessions.",
  preferences: "How people want to see things. The site writes them into the database.",
  protocol: "The tables inside the program.",
  system: "What the program remembers about itself.",
};

const writers: Readonly<Record<ConfigKey["facts"]["who"], string>> = {
  release: "the release",
  installer: "installer",
  owner: "owner",
  program: "the program",
};

const intro = `# Configuration

Made from the schema in \`lib/config\` by \`tools/configuration_reference.ts\`; do not edit.

The value of a key is that of the highest layer which sets it. Lists are replaced whole, tables are merged key by key.
\`coachiq config show --origin\` tells each value with its layer, file and line.

`;

const layerRows: readonly (readonly string[])[] = [
  ["protocol", "tables inside the program", "the release"],
  ["model", "coach model, imported into the database", "the release"],
  ["structure", "edits of the coach in the database", "owner, by the site"],
  ["system", `\`<data>/config/system.toml\`, or the file that \`${configFileVariable}\` names`, "installer"],
  ["overrides", "`<data>/user/config-overrides.toml`", "owner"],
  ["profile", "the active one of `<data>/user/profiles/`, and below it those that it inherits from", "owner"],
  ["state", "the database", "the program"],
  ["preferences", "the database", "owner, by the site"],
  ["environment", "the variables below", "installer"],
  ["flags", "arguments of the command line", "who starts it"],
];

const rules = `
Files are TOML; the system file may also be JSON or YAML, by its ending. A value that is wrong is left out of overrides
and profiles, with a sentence, and the rest holds; in the system file or the environment it stops the start. Files may
say \`version = 1\`, the version of their form. The overrides name the active profile as \`active_profile\`.
`;

/** The configuration reference as Markdown, the same bytes for the same schema. */
export function configReference(): string {
  const bySection = Map.groupBy(configKeys, ({ key }) => key.slice(0, key.indexOf(".")));
  const parts = [...bySection].map(([section, keys]) => {
    const about = sections[section] ?? "";
    return `## \`${section}\`\n\n${about}\n\n${
      markdownTable(["key", "value", "default", "who", "when", "what"], keys.map(rowOf))
    }`;
  });
  const layerTable = markdownTable(["layer", "where", "who writes"], layerRows);
  return [`${intro}${layerTable}${rules}`, ...parts, environmentPart()].join("\n");
}

function rowOf({ key, expected, defaultValue, facts, type }: ConfigKey): readonly string[] {
  const by = facts.secret ? "environment" : writers[facts.who];
  const shown = type === "secret" ? `secret, ${expected}` : expected;
  const unit = facts.unit === undefined ? "" : ` ${facts.unit}`;
  return [
    `\`${key}\``,
    `${shown}${unit}`,
    defaultValue === undefined ? "" : `\`${shownValue(defaultValue)}\``,
    by,
    facts.reload === "live" ? "at once" : "next start",
    facts.doc,
  ];
}

function environmentPart(): string {
  const rows = environmentVariables.map(({ name, key, secret }) => [
    secret ? `\`${name}_FILE\`` : `\`${name}\``,
    `\`${key}\``,
    secret ? "names a file that holds it; the value itself in the variable without `_FILE` is deprecated" : "",
  ]);
  const note = "Only these variables are read, and every other `COACHIQ_…` gets a warning that names the key which " +
    "replaces it.";
  return `## Environment\n\n${note}\n\n` +
    markdownTable(["variable", "key", ""], [[`\`${configFileVariable}\``, "", "path of the system file"], ...rows]);
}
