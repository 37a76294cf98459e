/**
 * `deno task test [--coverage] [--no-check] [--filter NAME] [FILE or FOLDER …]`: every test. Its last line is
 * `N passed, M failed`, with `, K skipped` when something was. With `CI=true` what cannot run is a failure.
 */
import { buildProgram } from "./test/built_program.ts";
import { coverageOf, coverageTable } from "./test/coverage_table.ts";
import type { TestCounts } from "./test/junit_report.ts";
import { runSuite, type SuiteContext, suites } from "./test/suites.ts";
import { basicPrograms, installMissing } from "./test/system_packages.ts";
import { parseTestOptions, type TestOptions } from "./test/test_options.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
/** Least share of the lines under `lib/` that tests must run. */
const leastCoveragePct = 80;
/** Folders of which tests must run every line. */
const wholeFolders: readonly string[] = ["lib/config", "lib/store"];

async function buildSite(): Promise<string | undefined> {
  console.log("Building the islands");
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "tools/build.ts"],
    cwd: root,
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn().status;
  return success ? undefined : "tools/build.ts: the islands could not be built, see above";
}

async function judgeCoverage(outDir: string): Promise<string | undefined> {
  const profiles = [...Deno.readDirSync(outDir)].map(({ name }) => name).filter((name) => name.startsWith("profile_"));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "coverage",
      "--lcov",
      "--include=/lib/",
      "--exclude=(_test\\.tsx?|/tests/)",
      ...profiles.map((name) => `${outDir}/${name}`),
    ],
    cwd: root,
    stdin: "null",
  }).output();
  if (!success) return `coverage could not be read: ${new TextDecoder().decode(stderr).trim()}`;
  const rows = coverageOf(new TextDecoder().decode(stdout), root);
  const { text, totalPct } = coverageTable(rows);
  console.log(`\n== coverage ==\n${text}`);
  const gaps = rows.filter(({ folder, lines, hit }) => wholeFolders.includes(folder) && hit < lines);
  if (gaps.length > 0) {
    return gaps.map(({ folder, missed }) => `no test runs these lines of ${folder}: ${missed.join(", ")}`).join("; ");
  }
  return totalPct >= leastCoveragePct
    ? undefined
    : `coverage of lib is ${totalPct.toFixed(1)} %, expected at least ${leastCoveragePct} %`;
}

async function runAll(options: TestOptions, outDir: string): Promise<TestCounts> {
  const context: SuiteContext = {
    root,
    options,
    outDir,
    programDir: `${root}/.cache/test-program`,
    strict: Deno.env.get("CI") === "true",
  };
  const counts: TestCounts[] = [];
  const problem = (text: string | undefined) => {
    if (text) counts.push({ passed: 0, failed: 1, skipped: 0, failures: [text], skips: [] });
  };
  const wanted = suites.filter((suite) =>
    options.paths.length === 0 ||
    options.paths.some((path) => suite.paths.some((folder) => `${path}/`.startsWith(`${folder}/`)))
  );
  await installMissing([...basicPrograms, ...wanted.flatMap(({ needs }) => needs)], (line) => console.log(line));
  problem(await buildSite());
  problem(await buildProgram(root, context.programDir));
  for (const suite of suites) counts.push(await runSuite(suite, context));
  if (options.coverage) problem(await judgeCoverage(outDir));
  return {
    passed: sum(counts, "passed"),
    failed: sum(counts, "failed"),
    skipped: sum(counts, "skipped"),
    failures: counts.flatMap(({ failures }) => failures),
    skips: counts.flatMap(({ skips }) => skips),
  };
}

function sum(counts: readonly TestCounts[], what: "passed" | "failed" | "skipped"): number {
  return counts.reduce((total, count) => total + count[what], 0);
}

function report(total: TestCounts): void {
  console.log("");
  for (const skip of total.skips) console.log(`skipped: ${skip}`);
  for (const failure of total.failures) console.log(`FAILED: ${failure}`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
}

let options: TestOptions;
try {
  options = parseTestOptions(Deno.args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(2);
}
const outDir = await Deno.makeTempDir({ prefix: "coachiq-test-" });
try {
  const total = await runAll(options, outDir);
  report(total);
  Deno.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
} finally {
  await Deno.remove(outDir, { recursive: true });
}
