import { deepStrictEqual, strictEqual } from "node:assert";
import fc from "fast-check";
import { parseClientMessage } from "./client_message.ts";

Deno.test("parseClientMessage() reads the three messages", () => {
  deepStrictEqual(parseClientMessage('{"type":"ping"}'), { type: "ping" });
  deepStrictEqual(parseClientMessage('{"type":"subscribe","topics":["can","can","health"]}'), {
    type: "subscribe",
    topics: ["can", "health"],
  });
  deepStrictEqual(parseClientMessage('{"type":"unsubscribe","topics":["can"]}'), {
    type: "unsubscribe",
    topics: ["can"],
  });
});

const bad = [
  "",
  "null",
  "[]",
  '{"type":"subscribe"}',
  '{"type":"subscribe","topics":[]}',
  '{"type":"subscribe","topics":["weather"]}',
  '{"type":"subscribe","topics":[1]}',
  '{"type":"ping","topics":["can"]}',
  '{"type":"ping","extra":1}',
  '{"topics":["can"]}',
];

for (const text of bad) {
  Deno.test(`parseClientMessage() says what is wrong with ${text || "nothing"}`, () => {
    strictEqual(parseClientMessage(text).type, "bad");
  });
}

Deno.test("parseClientMessage() never throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseClientMessage(text)));
});
