import type { FileSystem } from "../../lib/base/durable_file.ts";
import { systemClock } from "../../lib/base/mod.ts";
import {
  type ConfigTree,
  Configuration,
  type ConfigValue,
  type OwnerBackup,
  parseConfig,
  problemLine,
  versionKey,
} from "../../lib/config/mod.ts";
import {
  actor,
  type ConfigScenario,
  configScenarios,
  type OverridesState,
  type OwnerState,
  profileNames,
} from "./config_steps.ts";

/** The owner's own words, which every change of the overrides leaves where they are. */
const firstWords = "# The first line of the owner's.";
const lastWords = "# The last line of the owner's.";
const overridesFile = "user/config-overrides.toml";

/** A configuration over a data directory, read. */
export async function loadConfiguration(dataDir: string, fileSystem?: FileSystem): Promise<Configuration> {
  const configuration = new Configuration({
    environment: {},
    defaultDataDir: () => dataDir,
    clock: systemClock,
    ...(fileSystem ? { fileSystem } : {}),
  });
  await configuration.load();
  return configuration;
}

/** Makes a data directory with overrides, a profile and a backup in it. Answers what they say. */
export async function prepareConfig(dataDir: string, scenario: ConfigScenario): Promise<readonly string[]> {
  await Deno.mkdir(`${dataDir}/user`, { recursive: true });
  await Deno.writeTextFile(
    `${dataDir}/${overridesFile}`,
    `${firstWords}\n[server]\nport = 8000 # our port\n\n${lastWords}\n[history]\nraw_days = 5\n`,
  );
  const configuration = await loadConfiguration(dataDir);
  const beach = { name: "beach", description: "", inherits: null, overrides: { "history.raw_days": 9 } };
  await configuration.saveProfile({ ...beach, replace: false }, actor);
  await configuration.setOverrides({ "history.change_days": 30 }, actor);
  if (scenario === configScenarios[1]) await configuration.switchProfile("beach", actor);
  return [`try ${JSON.stringify(await ownerStateOf(configuration))}`, "done"];
}

/** What the owner's files say: the overrides as they are written, the profiles as they were read. */
export async function ownerStateOf(configuration: Configuration): Promise<OwnerState> {
  const written = await overridesOf(`${configuration.places.dataDir}/${overridesFile}`);
  const own = configuration.profiles().filter(({ shipped }) => !shipped);
  return {
    overrides: written.overrides,
    active: configuration.activeProfile,
    profiles: Object.fromEntries(own.map(({ name, overrides }) => [name, overrides])),
  };
}

async function overridesOf(path: string): Promise<OverridesState> {
  const read = parseConfig(await Deno.readFile(path), { file: path, format: "toml" });
  if (read.kind === "problems") throw new Error(`the overrides cannot be read: ${read.problems.map(problemLine)}`);
  const { active_profile: active = null, [versionKey]: _, ...tree } = read.parsed.tree;
  return { overrides: Object.fromEntries(valuesOf(tree)), active: active === null ? null : String(active) };
}

/** Values of a tree by dotted key. */
function valuesOf(tree: ConfigTree, above = ""): readonly (readonly [key: string, value: ConfigValue])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "object" && !Array.isArray(value)
      ? valuesOf(value as ConfigTree, `${above}${key}.`)
      : [[`${above}${key}`, value] as const]
  );
}

/** What the files may say after the kill: what was there after the last change, or after the one that was begun. */
function expectedStates(lines: readonly string[]): readonly OwnerState[] {
  let [last, tried]: (OwnerState | undefined)[] = [];
  for (const line of lines) {
    if (line.startsWith("try ")) tried = JSON.parse(line.slice(4)) as OwnerState;
    if (line === "done") [last, tried] = [tried, undefined];
  }
  return [last, tried].filter((state) => state !== undefined);
}

/**
 * Starts over a data directory whose process was killed, and looks whether the owner's files are whole.
 *
 * @param lines what the process said.
 * @returns what does not hold, one sentence each.
 */
export async function checkConfigAfterKill(dataDir: string, lines: readonly string[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  try {
    const configuration = await loadConfiguration(dataDir);
    wrong.push(...configuration.problems().map((problem) => `after the start: ${problemLine(problem)}`));
    const found = await ownerStateOf(configuration);
    const expected = expectedStates(lines);
    if (!expected.some((state) => sameState(state, found))) {
      wrong.push(`the files say ${stateText(found)}, expected ${expected.map(stateText).join(" or ")}`);
    }
    const text = await Deno.readTextFile(`${dataDir}/${overridesFile}`);
    for (const words of [firstWords, lastWords]) if (!text.includes(words)) wrong.push(`"${words}" is lost`);
    wrong.push(...await wrongConfigBackups(configuration), ...await wrongAfterwards(dataDir, { configuration, found }));
  } catch (error) {
    wrong.push(`the start threw: ${error instanceof Error ? error.message : error}`);
  }
  return wrong;
}

/** The next changes work, clean up, and can be taken back. */
async function wrongAfterwards(
  dataDir: string,
  of: { readonly configuration: Configuration; readonly found: OwnerState },
): Promise<readonly string[]> {
  const { configuration, found } = of;
  const wrong: string[] = [];
  await configuration.setOverrides({ "logging.areas.hub": "debug" }, actor);
  await configuration.saveProfile(
    { name: "after", description: "", inherits: null, overrides: {}, replace: false },
    actor,
  );
  await configuration.deleteProfile("after", actor);
  wrong.push(...filesBelow(dataDir).filter((name) => name.endsWith(".part")).map((name) => `"${name}" is left over`));
  const newest = (await configuration.backups()).find(({ file }) => !file.startsWith("profiles/"));
  if (!newest) return [...wrong, "there is no backup of the overrides"];
  await configuration.restoreBackup(newest.id, actor);
  const restored = await ownerStateOf(await loadConfiguration(dataDir));
  if (!sameState(restored, found)) wrong.push(`the newest backup says ${stateText(restored)}, not ${stateText(found)}`);
  return wrong;
}

function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [name]
  );
}

/** Each backup is a good file in the place of what it is of. */
async function wrongConfigBackups(configuration: Configuration): Promise<readonly string[]> {
  const { dataDir } = configuration.places;
  const backups = await configuration.backups();
  if (backups.length === 0) return ["no backup is left"];
  const elsewhere = await Deno.makeTempDir({ prefix: "coachiq-kill-backups-" });
  try {
    const wrong: string[] = [];
    for (const backup of backups) wrong.push(...await wrongBackup(backup, { dataDir, elsewhere }));
    return wrong;
  } finally {
    await Deno.remove(elsewhere, { recursive: true });
  }
}

async function wrongBackup(
  { id, file }: OwnerBackup,
  at: { readonly dataDir: string; readonly elsewhere: string },
): Promise<readonly string[]> {
  const [kind, name] = file.startsWith("profiles/") ? ["profiles", id.replace("profiles.", "")] : ["overrides", id];
  const user = `${at.elsewhere}/user`;
  await Deno.mkdir(`${user}/profiles`, { recursive: true });
  // A backup may name a profile that was deleted since.
  for (const each of profileNames) await Deno.writeTextFile(`${user}/profiles/${each}.toml`, "[overrides]\n");
  await Deno.copyFile(`${at.dataDir}/backups/configuration/${kind}/${name}`, `${user}/${file}`);
  const configuration = await loadConfiguration(at.elsewhere);
  const problems = [
    ...configuration.problems().map(problemLine),
    ...configuration.profiles().flatMap((profile) => profile.problems),
  ];
  if (kind === "profiles") await Deno.remove(`${user}/${file}`);
  else if (!(await Deno.readTextFile(`${user}/${file}`)).includes(firstWords)) problems.push("its comments are lost");
  return problems.map((problem) => `backup "${id}" is not good: ${problem}`);
}

function sameState(a: OwnerState, b: OwnerState): boolean {
  return stateText(a) === stateText(b);
}

/** JSON with the keys in the order of their names. */
function stateText(state: OwnerState): string {
  return JSON.stringify(
    state,
    (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
        : value,
  );
}
