import { systemTests } from "./system_tests.ts";

// The name of this file makes it the first of the folder: what takes longest begins first.
await systemTests("aarch64");
