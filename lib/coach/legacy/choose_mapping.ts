import type { LegacyMap } from "./legacy_node.ts";
import type { LegacyRemark } from "./legacy_plan.ts";
import { startOf } from "./legacy_plan.ts";
import type { LegacyValue } from "./legacy_value.ts";
import { choosingKeys } from "./legacy_setting_table.ts";

/** The mapping of the installation, and what there is to say about the choice. */
export interface MappingChoice {
  readonly chosen: { readonly file: string; readonly root: LegacyMap; readonly why: string } | undefined;
  readonly problems: readonly LegacyRemark[];
}

/**
 * Finds the mapping that the earlier program ran with: the one that was named, else the only one that is not the
 * fallback, else the fallback.
 *
 * @param options.named file that the owner names; it wins over what the configuration chose.
 */
export function chooseMapping(mappings: ReadonlyMap<string, LegacyMap>, options: {
  readonly values: readonly LegacyValue[];
  readonly named?: string | undefined;
}): MappingChoice {
  const files = [...mappings.keys()].sort();
  const { named, values } = options;
  const problems: LegacyRemark[] = [];
  if (named !== undefined) {
    const file = files.find((path) => path === named) ?? files.find((path) => stemOf(path) === stemOf(named));
    if (file !== undefined) return choose(file, "you named it");
    return failed(`there is no mapping "${named.slice(0, 100)}", there are ${listed(files)}`);
  }
  for (const key of choosingKeys) {
    const value = values.find((found) => found.key === key);
    if (typeof value?.value !== "string" || value.value.trim() === "") continue;
    const wanted = value.value;
    const file = files.find((path) => stemOf(path) === stemOf(wanted));
    if (file !== undefined) return choose(file, `${value.was} chose it`);
    problems.push({ where: value.where, text: `${value.was} names a mapping that is not among these files` });
  }
  const own = files.filter((file) => !isFallback(file));
  if (own.length > 1) {
    return failed(
      `there are several mappings and nothing says which was in use: ${listed(own)}; name one with --mapping`,
    );
  }
  const [file] = own.length === 1 ? own : files;
  if (file === undefined) return failed("there is no coach mapping among these files");
  return choose(file, isFallback(file) ? "it is the fallback, and there is no other" : "it is the only one");

  function choose(file: string, why: string): MappingChoice {
    const root = mappings.get(file);
    return { chosen: root && { file, root, why }, problems };
  }

  function failed(text: string): MappingChoice {
    return { chosen: undefined, problems: [...problems, { where: startOf(files[0] ?? "."), text }] };
  }
}

/** Whether a mapping is the one that was used when nothing was chosen. */
function isFallback(file: string): boolean {
  return /(^|[._/-])(default|generic_rv)\.ya?ml$/i.test(file);
}

/** Names were compared without folder, ending and case, and with underscores for spaces. */
function stemOf(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  return name.replace(/\.ya?ml$/i, "").trim().replaceAll(/\s+/g, "_").toLowerCase();
}

function listed(files: readonly string[]): string {
  return files.length === 0 ? "none" : `${files.slice(0, 10).join(", ")}${files.length > 10 ? ", …" : ""}`;
}
