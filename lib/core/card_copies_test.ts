import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { Database, StoreError, type StoreErrorKind } from "../store/mod.ts";
import type { LiveDatabase } from "../update/mod.ts";
import { CardCopies } from "./card_copies.ts";

const minuteMs = 60_000;

function copiesOf(database: LiveDatabase = "coachiq") {
  const clock = new ManualClock({ wallMs: 0 });
  const file = new Database({ path: ":memory:", profile: "sdcard" });
  file.open();
  const copies = new CardCopies({
    database,
    databaseOf: () => file,
    intervalMs: () => 5 * minuteMs,
    clock,
  });
  copies.loaded({ isOnCard: true });
  const write = () => file.transaction({ cause: "settings" }, () => {});
  return { clock, copies, write, [Symbol.dispose]: () => file.close() };
}

const made = { bytes: 10_000, isWhole: false, ms: 50 };

Deno.test("CardCopies are due when something was written and the time has come, or someone asks", () => {
  using card = copiesOf();
  const { clock, copies, write } = card;
  clock.advance(60 * minuteMs);
  assert.equal(copies.isDue(), false, "nothing was written");
  write();
  assert.equal(copies.isDue(), true);
  copies.begin().succeeded(made);
  write();
  clock.advance(4 * minuteMs);
  assert.deepEqual([copies.isDue(), copies.lossWindow().ageS], [false, 240]);
  copies.want(2000);
  clock.advance(1999);
  assert.equal(copies.isDue(), false);
  clock.advance(1);
  assert.equal(copies.isDue(), true);
});

Deno.test("CardCopies of a history that write much are further apart, up to six hours; the first ones do not count", () => {
  using card = copiesOf("history");
  const { copies, write } = card;
  const copy = (bytes: number, isWhole: boolean) => {
    write();
    copies.begin().succeeded({ bytes, isWhole, ms: 1000 });
    return copies.intervalMs() / minuteMs;
  };
  assert.equal(copy(50_000_000, true), 5);
  assert.equal(copy(20_000, false), 5);
  const hour = copy(1_434_464, false);
  assert.ok(Math.abs(hour - 60) < 0.1, `${hour} min`);
  assert.equal(copy(500_000_000, false), 360);
  assert.equal(copies.lossWindow().atMostS, 6 * 3600);
  using states = copiesOf("coachiq");
  states.write();
  states.copies.begin().succeeded({ bytes: 500_000_000, isWhole: false, ms: 1000 });
  assert.equal(states.copies.intervalMs(), 5 * minuteMs);
});

Deno.test("CardCopies that fail are tried again at growing intervals, and say since when and what to do", () => {
  using card = copiesOf();
  const { clock, copies, write } = card;
  const said: [StoreErrorKind, RegExp][] = [
    ["diskFull", /Make room on the card/],
    ["notWritable", /has made the card read-only.*Download a backup/],
    ["corrupt", /Restart CoachIQ/],
    ["failed", /Look into the log/],
  ];
  write();
  let waitedMs = 5 * minuteMs;
  clock.advance(waitedMs);
  for (const [index, [kind, todo]] of said.entries()) {
    assert.equal(copies.isDue(), true);
    assert.equal(copies.begin().failed(new StoreError(kind, "Cannot copy: the reason")), index === 0);
    assert.match(copies.problem()?.todo ?? "", todo);
    assert.match(
      copies.problem()?.what ?? "",
      /the last copy is [56] minutes old: Cannot copy: the reason\. What came/,
    );
    assert.equal(copies.isDue(), false);
    waitedMs = 5000 * 2 ** index;
    clock.advance(waitedMs);
  }
  assert.equal(copies.begin().succeeded(made), true);
  assert.equal(copies.problem(), undefined);
  assert.deepEqual(copies.stats(), { copies: 1, failures: 4, bytes: 10_000, lastMs: 50 });
});

Deno.test("CardCopies tell a card that does not answer, and one that has become slow", () => {
  using card = copiesOf();
  const { clock, copies, write } = card;
  write();
  const begun = copies.begin();
  clock.advance(61_000);
  assert.match(copies.problem()?.what ?? "", /have been on the way to the card for a minute: it does not answer/);
  begun.succeeded({ bytes: 100_000, isWhole: false, ms: 61_000 });
  for (let i = 0; i < 2; i++) {
    write();
    copies.begin().succeeded({ bytes: 100_000, isWhole: false, ms: 50_000 });
  }
  assert.match(copies.problem()?.what ?? "", /^The card has become slow: it takes 2 kB\/s\.$/);
});
