import { systemTests } from "./system_tests.ts";

await systemTests("aarch64");
