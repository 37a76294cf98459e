import { type Edge, importTable } from "./import_table.ts";
import { findCycle, importEdges } from "./module_graph.ts";
import { assertLookedAt, assertNone, type Breach, isProgram, trackedPaths } from "./source_tree.ts";

/** `lib/can/types.ts` → `can`; `routes/index.tsx` → `/routes`; `main.ts` → `/main.ts`. */
function folderOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "lib" ? second : `/${first}`;
}

function allowed(from: string, to: string): Edge | undefined {
  return importTable[from]?.find((edge) => edge.to === to);
}

const programPaths = trackedPaths().filter(isProgram);
const edges = (await importEdges(programPaths)).filter((edge) => isProgram(edge.from));

Deno.test("every import between folders is an edge of the design's table", () => {
  const breaches: Breach[] = [];
  let crossings = 0;
  for (const { from, line, to, typesOnly } of edges) {
    if (/^(npm|node):/.test(to)) continue;
    const [source, target] = [folderOf(from), folderOf(to)];
    if (source === target) continue;
    crossings++;
    const edge = allowed(source, target);
    const name = `${source} → ${target}`;
    if (!edge) {
      const may = (importTable[source] ?? []).map((listed) => listed.to).join(", ") || "nothing";
      breaches.push({ path: from, line, rule: `${name} is not in the import table; ${source} may import ${may}` });
    } else if (edge.typesOnly && !typesOnly) {
      breaches.push({ path: from, line, rule: `${name} is for types alone: write import type` });
    }
  }
  assertNone(breaches);
  assertLookedAt(programPaths.length, { atLeast: 20, what: "program files" });
  assertLookedAt(crossings, { atLeast: 10, what: "imports between folders" });
});

Deno.test("no two program files import each other, not even by way of others or for types alone", () => {
  const cycle = findCycle(edges);
  if (cycle) throw new Error(`Import cycle: ${cycle.join(" → ")}`);
  assertLookedAt(edges.length, { atLeast: 30, what: "imports" });
});

Deno.test("the program never imports tests, tools or benches", () => {
  assertNone(
    edges.filter(({ to }) => /^(tests|tools|bench)\/|_(test|bench)\.tsx?$/.test(to)).map(({ from, line, to }) => ({
      path: from,
      line,
      rule: `imports ${to}, which does not ship`,
    })),
  );
});

Deno.test("every import from outside the tree is an npm package or part of the runtime", () => {
  const outside = edges.filter(({ to }) => /^[a-z]+:/.test(to));
  assertNone(
    outside.filter(({ to }) => !/^(npm|node):/.test(to)).map(({ from, line, to }) => ({
      path: from,
      line,
      rule: `imports ${to}; only npm packages of deno.json and node: modules are here on closed networks`,
    })),
  );
  assertLookedAt(outside.length, { atLeast: 1, what: "imports from outside" });
});

Deno.test("the import table gives every edge a reason and goes one way", () => {
  let count = 0;
  for (const [from, list] of Object.entries(importTable)) {
    for (const { to, reason } of list) {
      count++;
      if (reason.length < 4) throw new Error(`${from} → ${to} has no reason`);
      if (allowed(to, from)) throw new Error(`${from} → ${to} and ${to} → ${from} are both listed`);
    }
  }
  assertLookedAt(count, { atLeast: 50, what: "edges" });
});

Deno.test("every folder under lib has its line in the import table", () => {
  const folders = new Set(programPaths.filter((path) => path.startsWith("lib/")).map(folderOf));
  for (const folder of folders) {
    if (!(folder in importTable)) throw new Error(`lib/${folder} is not in tests/policy/import_table.ts`);
  }
  assertLookedAt(folders.size, { atLeast: 7, what: "folders" });
});
