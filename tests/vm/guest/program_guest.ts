/**
 * Runs inside the virtual machine.
 *
 * @module
 */
import { programCases } from "./program_cases.ts";
import { runGuestCases } from "./report.ts";

await runGuestCases(programCases(), 300_000);
