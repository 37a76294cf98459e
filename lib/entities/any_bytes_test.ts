import assert from "node:assert/strict";
import fc from "fast-check";
import { createProtocol, type Message } from "../protocol/mod.ts";
import { kindOf } from "./registry.ts";
import { sampleDefinitions } from "./sample_definitions.ts";

const { codec } = createProtocol();

Deno.test("derive() and plan() never throw, whatever bytes of whatever length the bus brought", () => {
  let looked = 0;
  for (const definition of sampleDefinitions()) {
    const kind = kindOf(definition);
    const bindings = kind.bindings(definition);
    const frames = fc.tuple(...bindings.map(() => fc.option(fc.uint8Array({ minLength: 1, maxLength: 8 }))));
    fc.assert(
      fc.property(frames, (datas) => {
        const heard = new Map<string, Message>();
        for (const [i, { key, message }] of bindings.entries()) {
          const data = datas[i];
          const dgn = codec.dgnOf(message);
          assert.ok(dgn !== undefined);
          const decoded = data ? codec.decode((6 * 2 ** 26) + dgn * 256 + 0x42, data) : undefined;
          if (decoded?.kind === "message") heard.set(key, decoded);
        }
        const derived = kind.derive(definition, heard);
        const state = Object.fromEntries(Object.entries(derived).map(([name, { reading }]) => [name, reading]));
        for (const [name, { reading }] of Object.entries(derived)) {
          looked++;
          if ("value" in reading && typeof reading.value === "number") assert.ok(Number.isFinite(reading.value), name);
        }
        for (const { name, parameters } of kind.commands(definition)) {
          if (parameters.every(({ required }) => !required)) {
            const plan = kind.plan(definition, state, { command: name, parameters: {} });
            if (plan.kind === "plan") assert.equal(typeof plan.isConfirmed(state), "boolean");
          }
        }
      }),
      { numRuns: 100 },
    );
  }
  assert.ok(looked > 10_000, `looked at ${looked} readings`);
});
