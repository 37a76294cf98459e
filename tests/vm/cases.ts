import { prepareVm, whyNot } from "./prepare.ts";
import { type BootOptions, bootVm, type VmArch, type VmRun } from "./vm.ts";

/** Sources that run inside without any package, by their place in the repository. */
export async function sourceFiles(folders: readonly string[]): Promise<Record<string, Uint8Array>> {
  const root = new URL("../../", import.meta.url).pathname;
  const files: Record<string, Uint8Array> = {};
  const visit = async (folder: string): Promise<void> => {
    for await (const entry of Deno.readDir(`${root}${folder}`)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await visit(path);
      else if (/\.tsx?$/.test(entry.name) && !/_test\.tsx?$/.test(entry.name)) {
        files[`vm/${path}`] = await Deno.readFile(`${root}${path}`);
      }
    }
  };
  for (const folder of folders) await visit(folder);
  return files;
}

/** Tests whose cases run inside one boot of the machine. */
export interface VmTests {
  readonly archs: readonly VmArch[];
  /** Names of the cases; each is a test of the host and must have a result of this name. */
  readonly names: readonly string[];
  boot(arch: VmArch): Promise<Omit<BootOptions, "arch">>;
}

/**
 * Registers one test per case and machine. The machine boots when the first of them runs. On a machine that lacks
 * something the tests are ignored with the reason in their name; with `CI=true` they fail with it.
 */
export async function testInVm(tests: VmTests): Promise<void> {
  const ci = Deno.env.get("CI") === "true";
  for (const arch of tests.archs) {
    const reason = await whyNotNow(arch);
    if (reason !== undefined && !ci) {
      Deno.test({ name: `VM ${arch}: skipped, ${reason}`, ignore: true, fn() {} });
      continue;
    }
    let running: Promise<VmRun> | undefined;
    for (const name of tests.names) {
      Deno.test(`VM ${arch}: ${name}`, async () => {
        if (reason !== undefined) throw new Error(`Cannot run the virtual machine: ${reason}`);
        running ??= tests.boot(arch).then((options) => bootVm({ ...options, arch }));
        judge(await running, name);
      });
    }
  }
}

/** Why this machine cannot boot `arch`, after trying to fetch what is missing; undefined when it can. */
export async function whyNotNow(arch: VmArch): Promise<string | undefined> {
  return await whyNot(arch) ?? await prepareVm(arch).then(() => undefined, firstLine);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

function judge(run: VmRun, name: string): void {
  const result = run.results.find((one) => one.name === name && one.outcome !== "info");
  if (result === undefined) {
    const tail = run.lines.slice(-40).join("\n");
    const end = run.exitCode === undefined ? "the machine ended before its script" : `exit code ${run.exitCode}`;
    throw new Error(`No result for "${name}" (${end}); the last lines of the console:\n${tail}`);
  }
  if (result.outcome === "fail") throw new Error(result.message ?? "failed without a message");
}
