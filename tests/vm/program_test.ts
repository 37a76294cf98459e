import { sourceFiles, testInVm } from "./cases.ts";
import { programCases } from "./guest/program_cases.ts";
import { programFiles } from "./program_files.ts";

await testInVm({
  archs: ["x86_64"],
  names: programCases().map(({ name }) => name),
  boot: async () => ({
    files: { ...await programFiles(), ...await sourceFiles(["lib/base", "lib/can", "tests/vm/guest", "tests/suites"]) },
    script: "deno run -A --no-config --no-check --no-remote tests/vm/guest/program_guest.ts",
    timeoutMs: 900_000,
  }),
});
