import { type ConfigEntry, type ConfigKey, configKeys, dottedKey } from "../config/mod.ts";
import type { ConfigJson, ConfigKeyView } from "../wire/mod.ts";
import { keyView, originOfKey } from "./config_views.ts";
import { RequestError } from "./services.ts";

type Settings = Readonly<Record<string, ConfigJson>>;

/** A table whose keys are names that people choose. The site knows it as one key, the files as one per name. */
interface NamedTable {
  /** Dotted, e.g. `can.bitrates`. */
  readonly key: string;
  /** What each of its values is. */
  readonly definition: ConfigKey;
}

const placeholder = /\.<[^>]+>$/;
const tables: readonly NamedTable[] = configKeys.filter(({ key }) => placeholder.test(key))
  .map((definition) => ({ key: definition.key.replace(placeholder, ""), definition }));

/** Every key as the site knows it, in the order of the schema. */
export function keyViews(entries: readonly ConfigEntry[]): readonly ConfigKeyView[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return configKeys.flatMap((definition) => {
    const table = tables.find((table) => table.definition === definition);
    if (table) return [tableView(table, linesOf(table, entries))];
    const entry = byKey.get(definition.key);
    return entry ? [keyView(entry)] : [];
  });
}

function linesOf({ key }: NamedTable, entries: readonly ConfigEntry[]): readonly ConfigEntry[] {
  return entries.filter((entry) => entry.key.startsWith(`${key}.`));
}

/** The name of a line; names have no characters that a dotted key would put in quotes. */
function nameOf(key: string, table: NamedTable): string {
  return key.slice(table.key.length + 1);
}

function tableView(table: NamedTable, lines: readonly ConfigEntry[]): ConfigKeyView {
  const { definition: { facts, choices, minimum, maximum } } = table;
  const views = lines.map(keyView);
  const own = views.filter(({ below }) => below !== undefined);
  // A profile that sets one line does not lock the others.
  const top = own[0] ?? views.find(({ origin }) => origin.layer !== "profile") ?? views[0];
  const waiting = views.some(({ waitsForRestart }) => waitsForRestart);
  const tableOf = (valueOf: (view: ConfigKeyView) => ConfigJson | undefined): ConfigJson =>
    Object.fromEntries(views.flatMap((view) => {
      const value = valueOf(view);
      return value === undefined ? [] : [[nameOf(view.key, table), value]];
    }));
  return {
    key: table.key,
    value: tableOf(({ value }) => value),
    origin: top?.origin ?? originOfKey,
    ...(own[0]?.below
      ? { below: { value: tableOf(({ value, below }) => below ? below.value : value), origin: own[0].below.origin } }
      : {}),
    doc: facts.doc,
    type: "table",
    ...(facts.unit === undefined ? {} : { unit: facts.unit }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(choices === undefined ? {} : { choices: choices.map(String) }),
    who: facts.who,
    reload: facts.reload,
    waitsForRestart: waiting,
    ...(waiting
      ? { inForce: tableOf(({ value, inForce, waitsForRestart }) => waitsForRestart ? inForce : value) }
      : {}),
    secret: false,
  };
}

/**
 * Settings with one key per line of a table; a line that the owner takes out of a table is null.
 *
 * @throws {RequestError} 422 where a table is none, or a line is taken out that the owner did not set.
 */
export function linewise(
  values: Readonly<Record<string, ConfigJson | null>>,
  entries: readonly ConfigEntry[],
): Readonly<Record<string, ConfigJson | null>> {
  const wrong: string[] = [];
  const all = Object.entries(values).flatMap(([key, value]): (readonly [string, ConfigJson | null])[] => {
    const table = tables.find((one) => one.key === key);
    if (!table) return [[key, value]];
    const present = linesOf(table, entries);
    const own = present.filter((line) => keyView(line).below !== undefined);
    if (value === null) return own.map((line) => [line.key, null]);
    if (!isTable(value)) {
      wrong.push(`${key} is no table, expected one of names and values`);
      return [];
    }
    const gone = present.filter((line) => !Object.hasOwn(value, nameOf(line.key, table)));
    for (const line of gone.filter((line) => !own.includes(line))) {
      wrong.push(`${line.key} is not set by you, so it cannot be taken out here`);
    }
    const lines = namedLines(table, value).filter(([line, next]) => !isAsBefore(present, line, next));
    return [...lines, ...gone.map((line) => [line.key, null] as const)];
  });
  if (wrong.length > 0) throw new RequestError(422, `Cannot change the configuration: ${wrong.join("; ")}`, wrong);
  return Object.fromEntries(all);
}

function isAsBefore(present: readonly ConfigEntry[], key: string, value: ConfigJson): boolean {
  return present.some((line) => line.key === key && line.value === value);
}

/** The lines of a table as keys of their own. */
function namedLines({ key, definition: { choices } }: NamedTable, value: Settings): (readonly [string, ConfigJson])[] {
  return Object.entries(value).map(([name, line]) => {
    const number = choices?.find((choice) => typeof choice === "number" && String(choice) === line);
    return [dottedKey([...key.split("."), name]), number ?? line];
  });
}

/** Overrides of a profile with one key per line, as its file has them. */
export function profileLinewise(overrides: Settings): Settings {
  return Object.fromEntries(
    Object.entries(overrides).flatMap(([key, value]) => {
      const table = tables.find((one) => one.key === key);
      return table && isTable(value) ? namedLines(table, value) : [[key, value] as const];
    }),
  );
}

/** The other way: tables as one key. */
export function profileTablewise(overrides: Settings): Settings {
  const found: Record<string, ConfigJson> = {};
  for (const [key, value] of Object.entries(overrides)) {
    const table = tables.find((one) => key.startsWith(`${one.key}.`));
    if (table) found[table.key] = { ...found[table.key] as Settings, [nameOf(key, table)]: value };
    else found[key] = value;
  }
  return found;
}

function isTable(value: ConfigJson): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
