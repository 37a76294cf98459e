/**
 * Runs inside the virtual machine.
 *
 * @module
 */
import { canCases } from "./can_cases.ts";
import { runGuestCases } from "./report.ts";

await runGuestCases(canCases);
