import { systemTests } from "./system_tests.ts";

// Cuts and upgrades of an emulated arm64 take too long for every run: they live in `deno task test:vm`.
await systemTests("aarch64", { powerCuts: 0, upgrades: false, uninstall: false });
