import { strictEqual } from "node:assert";
import { ageText, freshnessNote } from "./freshness.ts";

Deno.test("freshnessNote() words every freshness, and counts on by the phone's own clock", () => {
  const note = (change: Parameters<typeof freshnessNote>[0], elapsedMs = 0) => freshnessNote(change, { elapsedMs });
  strictEqual(note({ freshness: "live", heardAgeMs: 10 }), undefined);
  strictEqual(note({ freshness: "restored" }), "From before the restart");
  strictEqual(note({ freshness: "unseen" }), "Not heard yet");
  strictEqual(note({ freshness: "stale" }), "No longer heard");
  strictEqual(note({ freshness: "stale", heardAgeMs: 30_000 }, 10_000), "Last heard 40 s ago");
});

Deno.test("ageText() says never for what has no age", () => {
  strictEqual(ageText(null), "never");
  strictEqual(ageText(61_000), "1 min ago");
});
