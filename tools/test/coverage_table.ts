/** Lines of a folder that tests ran. */
export interface FolderCoverage {
  readonly folder: string;
  readonly lines: number;
  readonly hit: number;
  /** `path:line` of each line that none ran. */
  readonly missed: readonly string[];
}

interface Counts {
  lines: number;
  hit: number;
  readonly missed: string[];
}

/** Reads an lcov report into one row per folder under `lib/`, sorted; sources elsewhere are left out. */
export function coverageOf(lcov: string, root: string): readonly FolderCoverage[] {
  const folders = new Map<string, Counts>();
  let current: Counts | undefined;
  let path = "";
  for (const line of lcov.split("\n")) {
    if (line.startsWith("SF:")) {
      path = line.slice(3).replace(`${root}/`, "");
      const folder = /^lib\/[^/]+/.exec(path)?.[0];
      current = folder === undefined ? undefined : (folders.get(folder) ?? { lines: 0, hit: 0, missed: [] });
      if (folder !== undefined && current) folders.set(folder, current);
    } else if (line.startsWith("DA:") && current) {
      current.lines++;
      if (!line.endsWith(",0")) current.hit++;
      else current.missed.push(`${path}:${/^DA:(\d+)/.exec(line)?.[1]}`);
    }
  }
  return [...folders].map(([folder, counts]) => ({ folder, ...counts })).sort((a, b) => a.folder < b.folder ? -1 : 1);
}

/** The table for people, and the share of all lines in percent. */
export function coverageTable(
  rows: readonly Omit<FolderCoverage, "missed">[],
): { readonly text: string; readonly totalPct: number } {
  const total = rows.reduce((sum, row) => ({ lines: sum.lines + row.lines, hit: sum.hit + row.hit }), {
    lines: 0,
    hit: 0,
  });
  const percent = (
    row: { readonly lines: number; readonly hit: number },
  ) => (row.lines === 0 ? 0 : 100 * row.hit / row.lines);
  const line = (name: string, row: { readonly lines: number; readonly hit: number }) =>
    `${name.padEnd(18)}${percent(row).toFixed(1).padStart(6)} %  ${row.hit}/${row.lines} lines`;
  const text = [...rows.map((row) => line(row.folder, row)), line("lib", total)].join("\n");
  return { text, totalPct: percent(total) };
}
