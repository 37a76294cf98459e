import assert from "node:assert/strict";
import { entityDefinitionSchema } from "../coach/mod.ts";
import { createProtocol } from "../protocol/mod.ts";
import { kindOf } from "./registry.ts";
import { choiceReading, flagReading } from "./readings.ts";
import type { Reading } from "./types.ts";

const cases: readonly (readonly [label: string, reading: Reading])[] = [
  ["active", { value: true }],
  ["not_active", { value: false }],
  ["not_supported", { status: "notAvailable" }],
  ["not_installed", { status: "notAvailable" }],
  ["sensor_error", { status: "error" }],
  ["timeout_error", { status: "error" }],
];

for (const [label, reading] of cases) {
  Deno.test(`flagReading() reads ${label} as ${JSON.stringify(reading)}`, () => {
    assert.deepEqual(flagReading({ value: 1, label }, "active"), reading);
    if ("status" in reading) assert.deepEqual(choiceReading({ value: 1, label }), reading);
  });
}

const { codec } = createProtocol();

/** A signal of a kind, of one message. */
function signalOf(definition: object, frame: { readonly id: number; readonly hex: string }, name: string): unknown {
  const whole = entityDefinitionSchema.parse({ id: "thing", name: "Thing", area: "living", ...definition });
  const kind = kindOf(whole);
  const message = codec.decode(frame.id, Uint8Array.fromHex(frame.hex));
  assert.equal(message.kind, "message");
  if (message.kind !== "message") return;
  const binding = kind.bindings(whole).find((one) => one.message === message.row.name);
  assert.ok(binding);
  return kind.derive(whole, new Map([[binding.key, message]]))[name]?.reading;
}

Deno.test("a roof fan shows a rain sensor that fails, or is not there, as such and not as dry", () => {
  const rainOf = (byte: string) =>
    signalOf({ kind: "fan", driver: { instance: 1 } }, { id: 0x19fde39c, hex: `010000${byte}00000000` }, "rain");
  assert.deepEqual(["fc", "fd", "fe", "ff"].map(rainOf), [
    { value: false },
    { value: true },
    { status: "error" },
    { status: "notAvailable" },
  ]);
});

Deno.test("a lamp shows a current that nobody could measure in time as an error, not as enough", () => {
  const undercurrentOf = (byte: string) =>
    signalOf(
      { kind: "light", load: { instances: [1] } },
      { id: 0x19feda9c, hex: `01ffc8fcff00${byte}ff` },
      "undercurrent",
    );
  assert.deepEqual(["3f", "7f", "bf", "ff"].map(undercurrentOf), [
    { value: false },
    { value: true },
    { status: "error" },
    { status: "notAvailable" },
  ]);
});
