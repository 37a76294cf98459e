import { embeddedTables, rowsFor } from "../../protocol/mod.ts";
import { type KnownMessages, knownMessages } from "../known_messages.ts";
import { chooseMapping } from "./choose_mapping.ts";
import { isLegacyMapping } from "./legacy_mentions.ts";
import { type LegacyModel, legacyModel } from "./legacy_model.ts";
import type { LegacyMap } from "./legacy_node.ts";
import { type LegacyPatches, legacyPatches } from "./legacy_patches.ts";
import {
  byPlace,
  type LegacyCounts,
  type LegacyPlan,
  type LegacyRemark,
  type NotMapped,
  startOf,
} from "./legacy_plan.ts";
import { type LegacySettings, legacySettings, type SettingKeys, tomlValues } from "./legacy_settings.ts";
import type { LegacyValue } from "./legacy_value.ts";
import { readEnvironmentFile } from "./read_environment_file.ts";
import { readLegacyYaml } from "./read_legacy_yaml.ts";

export interface LegacyOptions {
  readonly keys: SettingKeys;
  /** The standards' messages; by default those inside the program. */
  readonly messages?: KnownMessages;
  /** Mapping that the owner names, where there are several. */
  readonly mapping?: string | undefined;
}

/** What a file of an earlier installation is, by its name; undefined: nothing that is read. */
export type LegacyFileKind = "mapping" | "patches" | "overrides" | "system" | "environment";

/** Which files are looked for. @param path relative to the folder of the installation, with slashes. */
export function legacyFileKind(path: string): LegacyFileKind | undefined {
  const name = path.split("/").at(-1)?.toLowerCase() ?? "";
  if (name === "user_patches.json") return "patches";
  if (name === "config-overrides.toml") return "overrides";
  if (name === "system.toml") return "system";
  if (
    name === ".env" || name === "environment" || name === "env" ||
    /^(\.env\.(local|production)|[\w.-]+\.env)$/.test(name)
  ) {
    return "environment";
  }
  return /\.ya?ml$/.test(name) ? "mapping" : undefined;
}

/**
 * Plans the import of an earlier installation. Whatever is in the files, every entity, key and operation that was found
 * is either mapped or listed with the reason, and no value of the environment is in the plan but those of keys that are
 * mapped and no secrets.
 *
 * @param files path relative to the folder of the installation → text.
 */
export function planLegacyImport(files: ReadonlyMap<string, string>, options: LegacyOptions): LegacyPlan {
  const { keys, mapping, messages = knownMessages(rowsFor(embeddedTables(), "rvc")) } = options;
  const read = readFiles(files, keys);
  const settings = legacySettings(read.values, keys);
  const choice = chooseMapping(read.mappings, { values: read.values, named: mapping });
  const { chosen } = choice;
  const remake = (root: LegacyMap) => legacyModel(root, { file: chosen?.file ?? "", messages });
  const model = chosen && remake(chosen.root);
  const patches = chosen && model
    ? read.patches.map(([file, text]) => legacyPatches(text, { file, root: chosen.root, before: model, remake }))
    : [];
  const unused = [...read.mappings.keys()].filter((file) => file !== chosen?.file).map((file) => ({
    where: startOf(file),
    what: "a whole mapping",
    why: chosen ? `${chosen.file} was in use` : "nothing says which mapping was in use",
  }));
  const orphans = chosen ? [] : read.patches.map(([file]) => ({
    where: startOf(file),
    what: "all changes of the mapping",
    why: "there is no mapping that they change",
  }));
  return {
    mapping: chosen && { file: chosen.file, why: chosen.why },
    model: model?.model,
    edits: patches.flatMap(({ edits }) => edits),
    settings: settings.settings,
    secrets: settings.secrets,
    changed: byPlace([...model?.changed ?? [], ...patches.flatMap(({ changed }) => changed)]),
    notMapped: byPlace([
      ...model?.notMapped ?? [],
      ...model?.unusedFields ?? [],
      ...patches.flatMap(({ notMapped }) => notMapped),
      ...settings.notMapped,
      ...unused,
      ...orphans,
      ...read.notMapped,
    ]),
    problems: byPlace([...read.problems, ...choice.problems, ...patches.flatMap(({ problems }) => problems)]),
    counts: countsOf({ model, patches, settings }),
  };
}

interface ReadFiles {
  readonly mappings: ReadonlyMap<string, LegacyMap>;
  readonly patches: readonly (readonly [string, string])[];
  /** Those that count most first. */
  readonly values: readonly LegacyValue[];
  readonly notMapped: readonly NotMapped[];
  readonly problems: readonly LegacyRemark[];
}

function readFiles(files: ReadonlyMap<string, string>, keys: SettingKeys): ReadFiles {
  const mappings = new Map<string, LegacyMap>();
  const patches: (readonly [string, string])[] = [];
  const values: Record<"environment" | "overrides" | "system", LegacyValue[]> = {
    environment: [],
    overrides: [],
    system: [],
  };
  const notMapped: NotMapped[] = [];
  const problems: LegacyRemark[] = [];
  for (const [file, text] of [...files].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)) {
    const kind = legacyFileKind(file);
    switch (kind) {
      case "mapping": {
        const { node, problems: wrong } = readLegacyYaml(text, file);
        if (isLegacyMapping(node)) {
          mappings.set(file, node);
          problems.push(...wrong);
        } else if (node) notMapped.push({ where: startOf(file), what: "the file", why: "it is no mapping of a coach" });
        else problems.push(...wrong);
        break;
      }
      case "patches":
        patches.push([file, text]);
        break;
      case "environment": {
        const read = readEnvironmentFile(text, file);
        values.environment.push(...read.values);
        problems.push(...read.problems);
        break;
      }
      case "overrides":
      case "system": {
        const read = keys.readToml(text, file);
        if (read.kind === "parsed") values[kind].push(...tomlValues(read, file));
        else problems.push(...read.problems);
        break;
      }
      case undefined:
        notMapped.push({ where: startOf(file), what: "the file", why: "it is none of the files that are read" });
        break;
      default:
        kind satisfies never;
    }
  }
  return {
    mappings,
    patches,
    values: [...values.environment, ...values.overrides, ...values.system],
    notMapped,
    problems,
  };
}

function countsOf(from: {
  readonly model: LegacyModel | undefined;
  readonly patches: readonly LegacyPatches[];
  readonly settings: LegacySettings;
}): LegacyCounts {
  const { model, patches, settings } = from;
  const things = model?.things ?? [];
  const mentions = things.flat();
  const mapped = (all: readonly boolean[]) => all.filter((isMapped) => isMapped).length;
  const mappedThings = mapped(things.map((of) => of.some((isMapped) => isMapped)));
  const operations = patches.reduce((sum, { found }) => sum + found, 0);
  const left = patches.reduce((sum, { listed }) => sum + listed, 0);
  return {
    mentions: { found: mentions.length, mapped: mapped(mentions), listed: mentions.length - mapped(mentions) },
    entities: { found: things.length, mapped: mappedThings, listed: things.length - mappedThings },
    settings: {
      found: settings.found,
      mapped: settings.settings.length,
      listed: settings.notMapped.length + settings.secrets.length,
    },
    patches: { found: operations, mapped: operations - left, listed: left },
  };
}
