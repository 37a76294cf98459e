import { systemTests } from "./system_tests.ts";

await systemTests("x86_64", { powerCuts: 1, upgrades: true, uninstall: true });
