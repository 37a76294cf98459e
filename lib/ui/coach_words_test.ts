import { match, strictEqual } from "node:assert";
import fc from "fast-check";
import { entityIdOf, fieldName, mappingPathWords, mappingValueWords } from "./coach_words.ts";

const names = { bedroom_ceiling: "Bedroom ceiling" };

Deno.test("mappingPathWords() says what a path is about", () => {
  const table = [
    ["/entities/bedroom_ceiling/name", "Bedroom ceiling: name"],
    ["/entities/bedroom_ceiling/load", "Bedroom ceiling: output"],
    ["/entities/bedroom_ceiling/provenance/verified", "Bedroom ceiling: seen to work"],
    ["/entities/bedroom_ceiling", "Bedroom ceiling, the whole device"],
    ["/entities/long_gone/area", "long gone: area"],
    ["/areas/bay~1left", "Area bay/left"],
    ["/protocol/MY_ROW", "Message MY_ROW"],
    ["/order/entities", "Order of the lists"],
    ["/model/name", "Model: name"],
  ] as const;
  for (const [path, words] of table) strictEqual(mappingPathWords(path, names), words);
});

Deno.test("mappingValueWords() says a value in a line", () => {
  const table = [
    [undefined, "nothing"],
    [null, "nothing"],
    [true, "yes"],
    [false, "no"],
    [27, "27"],
    ["Bed", "“Bed”"],
    [[], "nothing"],
    [[1, 2], "1, 2"],
    [{}, "nothing"],
    [{ via: "dc_dimmer", instances: [27], on: "on_delay" }, "DC dimmer, instance 27"],
    [
      { via: "ac_load", instances: [1, 2], on: "on_duration", seconds: 5 },
      "AC load, instances 1, 2, on for a while, as a push button, 5 s",
    ],
    [
      { pair: { forward: 1, reverse: 2, seconds: 20 } },
      "instance 1 one way, instance 2 the other way, 20 s",
    ],
  ] as const;
  for (const [value, words] of table) strictEqual(mappingValueWords(value), words);
  strictEqual(mappingValueWords("x".repeat(500)).length, 90);
});

Deno.test("fieldName() fits into a sentence", () => {
  strictEqual(fieldName("load"), "output");
  strictEqual(fieldName("verified"), "seen to work");
});

Deno.test("entityIdOf() is an id of the mapping, or empty where no letter is left", () => {
  strictEqual(entityIdOf("Anna's lamp"), "anna_s_lamp");
  strictEqual(entityIdOf("Öl & Küche"), "ol_kuche");
  strictEqual(entityIdOf("12 V socket"), "device_12_v_socket");
  strictEqual(entityIdOf("…"), "");
  strictEqual(entityIdOf("Constructor"), "device_constructor");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => match(entityIdOf(name), /^$|^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)),
  );
});
