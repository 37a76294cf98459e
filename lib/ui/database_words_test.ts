import { strictEqual } from "node:assert";
import { formatBytes, formatDuration, formatMoment, versionWords } from "./database_words.ts";

Deno.test("formatBytes() keeps two digits that matter", () => {
  for (
    const [bytes, words] of [
      [0, "0 B"],
      [999, "999 B"],
      [1_000, "1.0 kB"],
      [3_380_224, "3.4 MB"],
      [9_960_000, "10 MB"],
      [999_700_000, "1.0 GB"],
      [91_000_000_000, "91 GB"],
    ] as const
  ) {
    strictEqual(formatBytes(bytes), words);
  }
});

Deno.test("formatDuration() is seconds until they are many", () => {
  strictEqual(formatDuration(410), "0.4 s");
  strictEqual(formatDuration(12_000), "12 s");
  strictEqual(formatDuration(180_000), "3 min");
});

Deno.test("versionWords() says the step in words, and what it does not know as it is", () => {
  strictEqual(versionWords("0003_coach_mappings"), "3 (coach mappings)");
  strictEqual(versionWords("odd"), "odd");
  strictEqual(versionWords(null), "none");
});

Deno.test("formatMoment() names UTC as long as the phone has not said its zone", () => {
  strictEqual(formatMoment("2026-11-21T20:14:00Z", { isLocal: false }), "21 Nov 2026, 20:14 UTC");
});
