/**
 * Runs inside the virtual machine: `record` or `check`, and the file with the plan.
 *
 * @module
 */
import { check } from "./power_check.ts";
import { record } from "./power_activities.ts";

const [what, file = ""] = Deno.args;
const plan = JSON.parse(await Deno.readTextFile(file));
await (what === "record" ? record(plan) : check(plan));
