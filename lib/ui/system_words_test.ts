import { deepStrictEqual, strictEqual } from "node:assert";
import type { AlertView, DetailedHealthView } from "../wire/mod.ts";
import {
  coreTitle,
  drivingSentence,
  logFieldsText,
  millisecondsText,
  systemHeadline,
  uptimeWords,
  verdictOf,
} from "./system_words.ts";

const health = (more: Partial<DetailedHealthView> = {}): DetailedHealthView => ({
  status: "ok",
  version: "0.1.0",
  uptimeS: 1,
  simulated: false,
  coach: { id: "mine", name: "Mine" },
  problems: [],
  ...more,
});
const alert = (priority: AlertView["priority"], what: string, clearedAt: string | null = null): AlertView => ({
  id: what,
  priority,
  what,
  todo: "Look.",
  raisedAt: "2026-11-21T20:00:00.000Z",
  clearedAt,
});
const calm = { alerts: [], safeReason: null };

Deno.test("verdictOf() says that all is well when nothing is wrong, and what is over does not count", () => {
  const over = { ...calm, alerts: [alert(1, "Gone.", "2026-11-21T20:05:00.000Z")] };
  deepStrictEqual(verdictOf(health(), over), { tone: "good", headline: "All is well", problems: [] });
});

Deno.test("verdictOf() lists what is wrong by weight, nothing twice, and what has no alert yet", () => {
  const problems = [{ priority: 2, what: "B.", todo: "Look." }, { priority: 1, what: "C.", todo: "See." }] as const;
  const verdict = verdictOf(health({ status: "degraded", problems }), {
    ...calm,
    alerts: [alert(3, "A."), alert(2, "B.")],
  });
  deepStrictEqual(verdict.problems.map(({ priority, what }) => [priority, what]), [[1, "C."], [2, "B."], [3, "A."]]);
  strictEqual(verdict.headline, "3 things are not as they should be");
  strictEqual(verdict.tone, "bad");
  strictEqual(verdictOf(health(), { ...calm, alerts: [alert(1, "D.")] }).tone, "bad");
  strictEqual(verdictOf(health(), { ...calm, alerts: [alert(3, "D.")] }).headline, "One thing is not as it should be");
});

Deno.test("verdictOf() says that nothing can be commanded, and why, before all else", () => {
  const safe = { ...calm, safeReason: "The database has failed." };
  const verdict = verdictOf(health({ status: "failed" }), { ...safe, alerts: [alert(2, "B.")] });
  deepStrictEqual([verdict.tone, verdict.headline], ["bad", "Nothing can be commanded"]);
  deepStrictEqual(verdict.problems.map(({ priority, what }) => [priority, what]), [
    [1, "The database has failed."],
    [2, "B."],
  ]);
  const known = verdictOf(health({ status: "failed" }), { ...safe, alerts: [alert(1, "The database is broken.")] });
  deepStrictEqual(known.problems.map(({ what }) => what), ["The database is broken."]);
});

Deno.test("systemHeadline() is short", () => {
  strictEqual(systemHeadline(health()), "All is well");
  strictEqual(
    systemHeadline(health({ status: "degraded", problems: [{ priority: 3, what: "A.", todo: "B." }] })),
    "One problem",
  );
  strictEqual(systemHeadline(health({ status: "failed" })), "Nothing can be commanded");
});

Deno.test("the words of the system page are an owner's", () => {
  strictEqual(coreTitle("can"), "CAN");
  strictEqual(coreTitle("database"), "Database");
  strictEqual(drivingSentence({ driving: "unknown" }), "It is not known whether the coach is parked");
  strictEqual(uptimeWords(93_784), "26 h");
  strictEqual(millisecondsText(3.14), "3.1 ms");
  strictEqual(millisecondsText(31.4), "31 ms");
  strictEqual(
    logFieldsText({ host: "mqtt.lan", tries: 3, list: [1], none: null }),
    [
      "host: mqtt.lan",
      "tries: 3",
      "list: [1]",
      "none: null",
    ].join(" · "),
  );
});
