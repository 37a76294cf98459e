import assert from "node:assert/strict";
import { parseDocument } from "yaml";
import manifest from "../../deno.json" with { type: "json" };
import { runtimeVersion } from "../../tools/compile/runtime.ts";
import { readFiles, rootPath } from "./source_tree.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly "working-directory"?: string;
}
interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly "timeout-minutes"?: number;
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = readFiles((path) => /^\.github\/workflows\/.*\.ya?ml$/.test(path));
const workflows = files.map(({ path, text }) => {
  const document = parseDocument(text, { uniqueKeys: true });
  assert.deepEqual([...document.errors, ...document.warnings].map(({ message }) => message), [], path);
  return { path, text, workflow: document.toJS() as Workflow };
});
const steps = workflows.flatMap(({ path, workflow }) =>
  Object.values(workflow.jobs).flatMap((job) => (job.steps ?? []).map((step) => ({ path, step })))
);

function isFile(path: string): boolean {
  try {
    return Deno.statSync(rootPath + path).isFile;
  } catch {
    return false;
  }
}

Deno.test("there is a workflow for every change and one for releases, which may write nothing unless a job says so", () => {
  assert.deepEqual(workflows.map(({ path }) => path), [".github/workflows/ci.yml", ".github/workflows/release.yml"]);
  for (const { path, workflow } of workflows) {
    assert.deepEqual(workflow.permissions, { contents: "read" }, path);
    assert.ok(workflow.on !== undefined, path);
    for (const job of Object.values(workflow.jobs)) {
      if (job.uses !== undefined) assert.ok(isFile(job.uses.replace("./", "")), job.uses);
      else assert.ok((job["timeout-minutes"] ?? 0) > 0, `${path}: a job without a time limit`);
    }
  }
});

Deno.test("every action of others is named by its full hash, and the version it is", () => {
  const used = steps.flatMap(({ step }) => step.uses ?? []);
  assert.ok(used.length >= 3);
  for (const use of used) assert.match(use, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  for (const { path, text } of workflows) {
    for (const [line] of text.matchAll(/^.*uses: [^.].*$/gm)) assert.match(line, /@[0-9a-f]{40} # v\d/, path);
  }
});

Deno.test("every command of a workflow names tasks, files and the runtime that there are", () => {
  let looked = 0;
  for (const { path, step } of steps) {
    const command = step.run;
    if (command === undefined) continue;
    // What GitHub puts into a command could be made by who names a branch; the environment is quoted.
    assert.ok(!command.includes("${{"), `${path}: ${command}`);
    for (const [, version] of command.matchAll(/deno@(\S+)/g)) assert.equal(version, runtimeVersion);
    for (const [, task = ""] of command.matchAll(/deno@\S+ task (\S+)/g)) {
      looked++;
      assert.ok(Object.hasOwn(manifest.tasks, task), `${path}: task ${task} is not in deno.json`);
    }
    if (step["working-directory"] !== undefined) continue;
    for (const [file] of command.matchAll(/(?<![\w/])(tools|tests|bench|\.ci)\/[\w./-]+/g)) {
      looked++;
      assert.ok(isFile(file), `${path}: ${file} is not there`);
    }
  }
  assert.ok(looked >= 5, `${looked} names were looked at`);
});

Deno.test("a release has the program and the package of both machines, checksums, provenance and notes", () => {
  const text = files.find(({ path }) => path.endsWith("/release.yml"))?.text ?? "";
  for (const part of ["--target x86_64", "--target aarch64", "task deb", "SHA256SUMS", "attest-build-provenance"]) {
    assert.ok(text.includes(part), part);
  }
  assert.match(text, /tools\/release_notes\.ts "\$GITHUB_REF_NAME"/);
});
