import { systemTests } from "./system_tests.ts";

// Emulating arm64 takes too long for every run: it lives in `deno task test:vm`.
await systemTests("x86_64", { powerCuts: 1, uninstall: true });
