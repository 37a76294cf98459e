import { systemTests } from "./system_tests.ts";

// Emulation is slow: what the profile of a disk does in a power cut is seen on x86-64, and by `deno task test:vm` here.
await systemTests("aarch64", { powerCuts: 0, uninstall: false });
