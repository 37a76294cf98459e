import {
  browserPrograms,
  machinePrograms,
  missingPrograms,
  type NeededProgram,
  nixPrograms,
  packagePrograms,
} from "./system_packages.ts";
import { builtProgram } from "./built_program.ts";
import { countJunit, type TestCounts } from "./junit_report.ts";
import type { TestOptions } from "./test_options.ts";

/** Tests that run together in one process. */
export interface Suite {
  readonly name: string;
  readonly paths: readonly string[];
  /** So many of its files run side by side. */
  readonly jobs: number;
  /** Without all of these it cannot run. */
  readonly needs: readonly NeededProgram[];
  /** Coverage of `lib/` is measured here. */
  readonly measured?: boolean;
}

const cores = navigator.hardwareConcurrency;

/** Of the machines, those that take longest: they begin first. */
const longest = ["system_x86_64", "system_aarch64", "power_cut", "install_units", "program", "can"].map((name) =>
  `tests/vm/${name}_test.ts`
);

/** In the order in which they run: what is quick and most likely to fail comes first. */
export const suites: readonly Suite[] = [
  { name: "unit", paths: ["lib", "routes", "tests/policy"], jobs: cores, needs: [], measured: true },
  { name: "flow", paths: ["tests/flow"], jobs: cores + 1, needs: [] },
  { name: "kill", paths: ["tests/kill"], jobs: 1, needs: [] },
  { name: "nix", paths: ["tests/nix"], jobs: 1, needs: nixPrograms },
  { name: "Debian package", paths: ["tests/deb"], jobs: 1, needs: packagePrograms },
  { name: "browser", paths: ["tests/browser"], jobs: cores + 1, needs: browserPrograms },
  { name: "virtual machine", paths: [...longest, "tests/vm"], jobs: cores, needs: machinePrograms },
];

export interface SuiteContext {
  readonly root: string;
  readonly options: TestOptions;
  /** Reports and coverage of this run. */
  readonly outDir: string;
  /** The built program. */
  readonly programDir: string;
  readonly strict: boolean;
}

const nothing: TestCounts = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };

/** Runs a suite in a process of its own, its output passed through. Never throws: what goes wrong is a failure. */
export async function runSuite(suite: Suite, context: SuiteContext): Promise<TestCounts> {
  const paths = selected(suite, context);
  if (paths.length === 0) return nothing;
  const missing = missingPrograms(suite.needs);
  if (missing.length > 0) {
    const packages = missing.map(({ debianPackage }) => debianPackage).join(", ");
    const reason = `${suite.name}: not run, this machine lacks ${packages}`;
    return context.strict ? { ...nothing, failed: 1, failures: [reason] } : { ...nothing, skipped: 1, skips: [reason] };
  }
  console.log(`\n== ${suite.name} tests ==`);
  const report = `${context.outDir}/${suite.name.replaceAll(" ", "_")}.xml`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...commandLine(suite, context), `--junit-path=${report}`, ...paths],
    cwd: context.root,
    env: { [builtProgram]: context.programDir, DENO_JOBS: String(suite.jobs) },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return judge(suite, { success, counts: await readReport(report), strict: context.strict });
}

function commandLine(suite: Suite, context: SuiteContext): readonly string[] {
  const { options } = context;
  return [
    "test",
    "-A",
    "--permit-no-files",
    ...(options.check ? [] : ["--no-check"]),
    ...(suite.jobs > 1 ? ["--parallel"] : []),
    // A folder each: a run empties its own first.
    ...(options.coverage && suite.measured
      ? [`--coverage=${context.outDir}/profile_${suite.name}`, "--coverage-raw-data-only"]
      : []),
    ...(options.filter === undefined ? [] : [`--filter=${options.filter}`]),
  ];
}

/** What of the suite was asked for: all of it, or those arguments that lie within it. */
function selected(suite: Suite, { root, options }: SuiteContext): readonly string[] {
  const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  const chosen = options.paths.length === 0 ? suite.paths : [
    ...options.paths.filter((path) => suite.paths.some((folder) => within(path, folder))),
    ...suite.paths.filter((folder) => options.paths.some((path) => path !== folder && within(folder, path))),
  ];
  return chosen.filter((path) => exists(`${root}/${path}`));
}

function judge(
  suite: Suite,
  result: { readonly success: boolean; readonly counts: TestCounts; readonly strict: boolean },
): TestCounts {
  const { success, counts, strict } = result;
  const failures = [...counts.failures];
  if (!success && failures.length === 0) {
    failures.push(`${suite.name}: ended with an error outside of any test, see above`);
  }
  if (!strict) return { ...counts, failed: failures.length, failures };
  failures.push(...counts.skips.map((skip) => `${skip} (skipped, which CI=true does not allow)`));
  return { ...counts, failed: failures.length, failures, skipped: 0, skips: [] };
}

async function readReport(path: string): Promise<TestCounts> {
  try {
    return countJunit(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return nothing;
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
