import { rootPath } from "./source_tree.ts";

/** One import statement between two files of the tree. */
export interface ImportEdge {
  readonly from: string;
  /** 1-based. */
  readonly line: number;
  /** Path in the tree, or a specifier such as `npm:zod@4.6.7`. */
  readonly to: string;
  readonly typesOnly: boolean;
}

interface Position {
  readonly specifier?: string;
  readonly error?: string;
  readonly span?: { readonly start: { readonly line: number } };
}

interface InfoModule {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: Position;
    readonly type?: Position;
  }[];
}

/** Every import of the given files and of what they import, read with `deno info --json`. */
export async function importEdges(paths: readonly string[]): Promise<readonly ImportEdge[]> {
  const entry = await Deno.makeTempFile({ dir: `${rootPath}tests/policy`, prefix: ".graph_", suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, paths.map((path) => `import "../../${path}";\n`).join(""));
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", entry],
      cwd: rootPath,
      stderr: "piped",
    }).output();
    const problem = new TextDecoder().decode(output.stderr);
    if (!output.success) throw new Error(`Cannot read the import graph: deno info says: ${problem}`);
    const info: { readonly modules: readonly InfoModule[] } = JSON.parse(new TextDecoder().decode(output.stdout));
    return info.modules.filter((module) => !module.specifier.endsWith(entry)).flatMap(edgesOf);
  } finally {
    await Deno.remove(entry);
  }
}

/** The first cycle found among the edges, as the paths along it; undefined when there is none. */
export function findCycle(edges: readonly ImportEdge[]): readonly string[] | undefined {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): readonly string[] | undefined => {
    if (done.has(path)) return undefined;
    const at = trail.indexOf(path);
    if (at !== -1) return [...trail.slice(at), path];
    trail.push(path);
    for (const to of next.get(path) ?? []) {
      const cycle = visit(to);
      if (cycle) return cycle;
    }
    trail.pop();
    done.add(path);
    return undefined;
  };
  for (const path of next.keys()) {
    const cycle = visit(path);
    if (cycle) return cycle;
  }
  return undefined;
}

function edgesOf(module: InfoModule): readonly ImportEdge[] {
  const from = inTree(module.specifier);
  return (module.dependencies ?? []).map((dependency) => {
    const position = dependency.code ?? dependency.type;
    return {
      from,
      line: (position?.span?.start.line ?? 0) + 1,
      to: inTree(position?.specifier ?? dependency.specifier),
      typesOnly: dependency.code === undefined,
    };
  });
}

function inTree(specifier: string): string {
  const start = `file://${encodeURI(rootPath)}`;
  return specifier.startsWith(start) ? decodeURI(specifier.slice(start.length)) : specifier;
}
