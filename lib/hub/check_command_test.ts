import assert from "node:assert/strict";
import type { CommandSpec } from "../entities/mod.ts";
import { armCommand, checkCommand, CommandError, withArming } from "./check_command.ts";

const specs: readonly CommandSpec[] = [
  { name: "turnOff", label: "Off", help: "", parameters: [] },
  {
    name: "setBrightness",
    label: "Brightness",
    help: "",
    parameters: [
      { name: "brightnessPct", type: "number", min: 0, max: 100, step: 0.5, unit: "%", required: true, help: "" },
      { name: "mode", type: "choice", choices: ["slow", "fast"], required: false, help: "" },
      { name: "quiet", type: "boolean", required: false, help: "" },
    ],
  },
];

Deno.test("checkCommand() takes what the spec allows", () => {
  const checked = checkCommand(specs, {
    command: "setBrightness",
    parameters: { brightnessPct: 40, mode: "slow", quiet: true },
  });
  assert.equal(checked.spec.name, "setBrightness");
  assert.deepEqual(checked.command.parameters, { brightnessPct: 40, mode: "slow", quiet: true });
});

const wrong: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
  ["explode", {}, /"explode": expected one of turnOff, setBrightness/],
  ["turnOff", { x: 1 }, /parameters\.x is not a parameter of "turnOff", expected none/],
  ["setBrightness", {}, /brightnessPct is missing, expected a number from 0 to 100 %/],
  ["setBrightness", { brightnessPct: 101 }, /brightnessPct is 101, expected a number from 0 to 100 %/],
  ["setBrightness", { brightnessPct: "40" }, /brightnessPct is "40"/],
  ["setBrightness", { brightnessPct: NaN }, /brightnessPct is null/],
  ["setBrightness", { brightnessPct: 1, mode: "warp" }, /mode is "warp", expected one of slow, fast/],
  ["setBrightness", { brightnessPct: 1, quiet: "yes" }, /quiet is "yes", expected true or false/],
  ["setBrightness", JSON.parse('{"brightnessPct":1,"__proto__":{"a":1}}'), /__proto__ is not a parameter/],
];

for (const [command, parameters, message] of wrong) {
  Deno.test(`checkCommand() refuses ${command} ${JSON.stringify(parameters)}`, () => {
    assert.throws(() => checkCommand(specs, { command, parameters }), (error) => {
      assert.ok(error instanceof CommandError);
      assert.equal(error.kind, "invalid");
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("checkCommand() says that an entity without commands is shown only", () => {
  assert.throws(() => checkCommand([], { command: "extend", parameters: {} }), /takes no commands, it is shown only/);
});

Deno.test("withArming() adds arm only where a command needs it", () => {
  assert.deepEqual(withArming(specs), specs);
  const start = { name: "start", label: "Start", help: "", parameters: [], needsArming: true };
  assert.deepEqual(withArming([start]), [armCommand, start]);
});
