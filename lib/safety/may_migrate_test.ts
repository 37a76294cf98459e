import assert from "node:assert/strict";
import { type MigrationQuestion, reasonsAgainstMigration } from "./may_migrate.ts";

const quiet: MigrationQuestion = {
  coach: { driving: "parked", evidence: ["The park brake is set."] },
  ownerSaysParked: false,
  commandsInFlight: 0,
  lastControlAgeMs: undefined,
};

Deno.test("reasonsAgainstMigration() has none for a parked and quiet coach", () => {
  assert.deepEqual(reasonsAgainstMigration(quiet), []);
  assert.deepEqual(reasonsAgainstMigration({ ...quiet, lastControlAgeMs: 30_000 }), []);
});

const cases: readonly [string, Partial<MigrationQuestion>, RegExp][] = [
  ["a driving coach", { coach: { driving: "driving", evidence: ["80 km/h."] } }, /Park the coach first. 80 km\/h/],
  [
    "an unheard chassis",
    { coach: { driving: "unknown", evidence: ["Not heard."] } },
    /Confirm that the coach is parked/,
  ],
  ["a command in flight", { commandsInFlight: 1 }, /waiting for the coach's answer/],
  ["a control used 10 s ago", { lastControlAgeMs: 10_000 }, /Try again in 20 s/],
];

for (const [what, against, reason] of cases) {
  Deno.test(`reasonsAgainstMigration() names ${what}`, () => {
    const reasons = reasonsAgainstMigration({ ...quiet, ...against });
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] ?? "", reason);
  });
}

Deno.test("reasonsAgainstMigration() takes the owner's word only where the chassis says neither", () => {
  const coach = { driving: "unknown", evidence: [] } as const;
  assert.deepEqual(reasonsAgainstMigration({ ...quiet, coach, ownerSaysParked: true }), []);
  const driving = { driving: "driving", evidence: [] } as const;
  assert.equal(reasonsAgainstMigration({ ...quiet, coach: driving, ownerSaysParked: true }).length, 1);
});
