import { checkSystemFile, ConfigError, type Configuration, findKey, problemLine, valueOfText } from "../config/mod.ts";
import { CliError } from "./cli_error.ts";
import { configActor, type ConfigParts, openConfiguration } from "./config_place.ts";
import { printBackups, printEntries, printJson, printPreview, printProfile, printProfiles } from "./config_report.ts";
import type { ConfigRequest, ConfigRequestOf } from "./config_request.ts";

/** Commands that change files. */
type ChangeRequest = ConfigRequestOf<
  | "set"
  | "reset"
  | "profiles create"
  | "profiles switch"
  | "profiles delete"
  | "profiles import"
  | "backups create"
  | "backups restore"
  | "backups delete"
>;

/** Does what `coachiq config …` was asked for. Exit code 0: done; 1: refused, or something is wrong. */
export async function runConfig(request: ConfigRequest, parts: ConfigParts): Promise<number> {
  const { output } = parts;
  const { command, json } = request;
  try {
    if (request.command === "check") return await check(request, parts);
    if (isChange(request)) {
      const message = await change(request, await openConfiguration(request.dataDir, parts, { forChange: true }));
      if (json) printJson({ command, state: "done", message, reasons: [] }, output);
      else output.out(`${message}\n`);
      return 0;
    }
    return await look(request, await openConfiguration(request.dataDir, parts, { forChange: false }), parts);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof CliError)) throw error;
    const reasons = error instanceof ConfigError ? error.problems.map(problemLine) : [];
    if (json) printJson({ command, state: "refused", message: error.message, reasons }, output);
    output.err(`${error.message}\n`);
    return 1;
  }
}

const changing: ReadonlySet<string> = new Set<ChangeRequest["command"]>([
  "set",
  "reset",
  "profiles create",
  "profiles switch",
  "profiles delete",
  "profiles import",
  "backups create",
  "backups restore",
  "backups delete",
]);

function isChange(request: ConfigRequest): request is ChangeRequest {
  return changing.has(request.command);
}

/** Tells what is wrong; exit code 1 when anything is. */
async function check({ file, dataDir, json }: ConfigRequestOf<"check">, parts: ConfigParts): Promise<number> {
  const { output } = parts;
  const problems = file === undefined
    ? (await openConfiguration(dataDir, parts, { forChange: false })).problems()
    : checkSystemFile(await fileBytes(file), file);
  if (json) printJson({ problems }, output);
  else if (problems.length === 0) output.out("Nothing is wrong.\n");
  for (const problem of json ? [] : problems) output.err(`${problemLine(problem)}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function fileBytes(file: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(file);
  } catch (cause) {
    throw new CliError(`Cannot read "${file}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function look(
  request: Exclude<ConfigRequest, ChangeRequest | ConfigRequestOf<"check">>,
  configuration: Configuration,
  { output }: ConfigParts,
): Promise<number> {
  const { json } = request;
  switch (request.command) {
    case "show":
      mustKnow(request.key, configuration);
      printEntries(configuration, { ...request, output });
      return 0;
    case "profiles list": {
      const profiles = configuration.profiles();
      if (json) printJson({ profiles }, output);
      else printProfiles(profiles, output);
      return 0;
    }
    case "profiles show": {
      const profile = profileOf(request.name, configuration);
      if (json) printJson(profile, output);
      else printProfile(profile, output);
      return 0;
    }
    case "profiles preview": {
      const changes = configuration.previewProfile(request.name ?? null);
      if (json) printJson({ name: request.name ?? null, changes }, output);
      else printPreview(changes, output);
      return 0;
    }
    case "profiles export":
      return await exportProfile(request, { configuration, output });
    case "backups list": {
      const backups = await configuration.backups();
      if (json) printJson({ backups }, output);
      else printBackups(backups, output);
      return 0;
    }
    default:
      return request satisfies never;
  }
}

/** @throws {ConfigError} for what is neither a key nor a section with keys in it. */
function mustKnow(key: string | undefined, configuration: Configuration): void {
  if (key === undefined || configuration.entries().some((entry) => entry.key.startsWith(`${key}.`))) return;
  findKey(key);
}

function profileOf(name: string, configuration: Configuration) {
  const profile = configuration.profiles().find((profile) => profile.name === name);
  if (profile) return profile;
  throw new CliError(`Cannot find profile "${name}": there is none of this name`);
}

async function exportProfile(
  { name, file, json }: ConfigRequestOf<"profiles export">,
  { configuration, output }: { readonly configuration: Configuration } & Pick<ConfigParts, "output">,
): Promise<number> {
  const toml = configuration.exportProfile(name);
  if (file === undefined) {
    if (json) printJson({ name, toml }, output);
    else output.out(toml);
    return 0;
  }
  try {
    await Deno.writeTextFile(file, toml, { createNew: true });
  } catch (cause) {
    throw new CliError(`Cannot write "${file}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const message = `Wrote profile "${name}" to "${file}".`;
  if (json) printJson({ command: "profiles export", state: "done", message, reasons: [] }, output);
  else output.out(`${message}\n`);
  return 0;
}

/** @returns what was done, in a sentence. */
async function change(request: ChangeRequest, configuration: Configuration): Promise<string> {
  switch (request.command) {
    case "set": {
      const values = request.values.map(([key, text]) => [key, valueOfText(text, findKey(key).definition)] as const);
      await configuration.setOverrides(Object.fromEntries(values), configActor);
      return whenTheyCount(request.values.map(([key]) => key), "is set");
    }
    case "reset":
      await configuration.resetOverrides(request.keys, configActor);
      return whenTheyCount(request.keys, "is no longer overridden");
    case "profiles create": {
      const { name, description, inherits = null, replace } = request;
      await configuration.saveProfile({ name, description, inherits, replace }, configActor);
      return `Profile "${name}" is made of what is overridden at present.`;
    }
    case "profiles switch": {
      const { name = null } = request;
      await configuration.switchProfile(name, configActor);
      return name === null ? "No profile is active now." : `Profile "${name}" is active now.`;
    }
    case "profiles delete":
      await configuration.deleteProfile(request.name, configActor);
      return `Profile "${request.name}" is deleted; a backup of it stays.`;
    case "profiles import": {
      const toml = await fileBytes(request.file);
      const { name } = await configuration.importProfile(toml, { ...configActor, replace: request.replace });
      return `Profile "${name}" is taken in.`;
    }
    case "backups create":
      return `The overrides are kept as backup ${(await configuration.backup(request.name)).id}.`;
    case "backups restore":
      await configuration.restoreBackup(request.id, configActor);
      return "The backup is restored; what it replaced is kept as a backup, too.";
    case "backups delete":
      await configuration.deleteBackup(request.id);
      return "The backup is deleted.";
    default:
      return request satisfies never;
  }
}

function whenTheyCount(keys: readonly string[], what: string): string {
  return keys.map((key) => `${key} ${what}${isLive(key) ? "" : ", from the next start on"}.`).join("\n");
}

/** What is written by mistake counts for nothing, now or later. */
function isLive(key: string): boolean {
  try {
    return findKey(key).definition.facts.reload === "live";
  } catch {
    return true;
  }
}
