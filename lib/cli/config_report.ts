import { type ConfigEntry, type Configuration, problemLine, type ProfileInfo, textOfValue } from "../config/mod.ts";
import type { CliOutput } from "./command_line.ts";
import type { ConfigRequestOf } from "./config_request.ts";

/** Prints JSON for programs. */
export function printJson(value: unknown, output: CliOutput): void {
  output.out(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Prints what is set, and on standard error what is wrong. */
export function printEntries(
  configuration: Configuration,
  { origin, json, key, output }: ConfigRequestOf<"show"> & { readonly output: CliOutput },
): void {
  const entries = configuration.entries().filter((entry) =>
    key === undefined || entry.key === key || entry.key.startsWith(`${key}.`)
  );
  const problems = configuration.problems();
  if (json && origin) return printJson({ keys: entries, activeProfile: configuration.activeProfile, problems }, output);
  if (json) return printJson(Object.fromEntries(entries.map((entry) => [entry.key, jsonOf(entry)])), output);
  // Of one key that was asked for it is told that nobody sets it.
  const shown = entries.filter((entry) => textOf(entry) !== undefined || entry.key === key);
  const lines = shown.map((entry) => [`${entry.key} = ${textOf(entry) ?? "(not set)"}`, originOf(entry)] as const);
  const width = Math.min(60, Math.max(0, ...lines.map(([text]) => text.length)));
  output.out(lines.map(([text, from]) => origin ? `${text.padEnd(width)}  # ${from}\n` : `${text}\n`).join(""));
  for (const problem of problems) output.err(`${problemLine(problem)}\n`);
}

function jsonOf({ value, secret, origin }: ConfigEntry) {
  if (secret) return { set: origin.layer !== "defaults" };
  return value ?? null;
}

function textOf({ value, secret, origin }: ConfigEntry): string | undefined {
  if (secret) return origin.layer === "defaults" ? undefined : "(secret)";
  return value === undefined ? undefined : JSON.stringify(value);
}

function originOf({ origin: { layer, where, line, column } }: ConfigEntry): string {
  return line === undefined ? `${layer}: ${where}` : `${layer}: ${where}:${line}:${column}`;
}

/** Prints profiles, one per line. */
export function printProfiles(profiles: readonly ProfileInfo[], output: CliOutput): void {
  const width = Math.max(...profiles.map(({ name }) => name.length));
  for (const { name, active, description, problems } of profiles) {
    const wrong = problems.length === 0 ? "" : ` (not usable: ${problems.join("; ")})`;
    output.out(`${active ? "*" : " "} ${name.padEnd(width)}  ${description}${wrong}\n`);
  }
}

/** Prints one profile. */
export function printProfile(profile: ProfileInfo, output: CliOutput): void {
  const { name, description, author, createdAt, inherits, shipped, active, overrides, problems } = profile;
  const rows = [
    ["Name", `${name}${active ? " (active)" : ""}`],
    ["Description", description],
    ["Author", author],
    ["Made", shipped ? "part of the program" : createdAt ?? "unknown"],
    ["Inherits from", inherits ?? "none"],
    ...Object.entries(overrides).map(([key, value]) => ["Sets", `${key} = ${textOfValue(value)}`]),
    ...problems.map((problem) => ["Problem", problem]),
  ];
  output.out(rows.map(([what = "", text]) => `${what.padEnd(14)} ${text}\n`).join(""));
}

/** Prints what a switch would change. */
export function printPreview(changes: ReturnType<Configuration["previewProfile"]>, output: CliOutput): void {
  if (changes.length === 0) return output.out("Nothing would change.\n");
  for (const { key, from, to, reload } of changes) {
    const [before, after] = [from, to].map((value) => value === undefined ? "(not set)" : JSON.stringify(value));
    output.out(`${key}: ${before} → ${after}${reload === "restart" ? ", from the next start on" : ""}\n`);
  }
}

/** Prints backups, newest first. */
export function printBackups(backups: Awaited<ReturnType<Configuration["backups"]>>, output: CliOutput): void {
  if (backups.length === 0) return output.out("There is no backup yet: one is made before every change.\n");
  for (const { id, name, file, createdAtMs, sizeBytes } of backups) {
    const label = name === null ? "before a change" : `"${name}"`;
    output.out(`${id}  ${file}, ${new Date(createdAtMs).toISOString()}, ${sizeBytes} bytes, ${label}\n`);
  }
}
