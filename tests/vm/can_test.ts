import { sourceFiles, testInVm } from "./cases.ts";
import { canCases } from "./guest/can_cases.ts";

await testInVm({
  archs: ["x86_64", "aarch64"],
  names: canCases.map(({ name }) => name),
  boot: async () => ({
    files: await sourceFiles(["lib/base", "lib/can", "tests/suites", "tests/vm/guest"]),
    script: "deno run -A --no-config --no-check --no-remote tests/vm/guest/can_guest.ts",
    timeoutMs: 600_000,
  }),
});
