import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type RunningCoach, runningCoach } from "../fixtures/running_coach.ts";

interface Health {
  readonly status: string;
  readonly problems: readonly { readonly what: string; readonly priority?: number }[];
  readonly details: {
    readonly core: readonly { readonly name: string; readonly state: string; readonly restarts: number }[];
  };
}

interface Alert {
  readonly priority: number;
  readonly what: string;
}

interface Answer {
  readonly outcome: string;
  readonly reasons: readonly string[];
}

/** One way in which a core service fails while the program runs, and how it is mended. */
interface Row {
  readonly service: string;
  readonly how: string;
  readonly reason: RegExp;
  readonly break: (coach: RunningCoach) => Promise<void> | void;
  /** What was broken is whole again; until then it does not come back. */
  readonly mend?: (coach: RunningCoach) => void;
}

const rows: readonly Row[] = [
  {
    service: "hub",
    how: "the reader of its CAN interface dies",
    reason: /poll: Bad file descriptor/,
    break: ({ breaks }) => breaks.port(new Error("poll: Bad file descriptor")),
  },
  {
    service: "simulator",
    how: "the simulated coach throws",
    reason: /the physics broke/,
    break: ({ breaks }) => void (breaks.coach = true),
    mend: ({ breaks }) => void (breaks.coach = false),
  },
  {
    service: "configuration",
    how: "its watch throws",
    reason: /no timer is left/,
    async break({ breaks, dataDir }) {
      breaks.configurationTimers = true;
      await Deno.writeTextFile(`${dataDir}/user/config-overrides.toml`, "[safety]\narming_seconds = 60\n");
    },
    mend: ({ breaks }) => void (breaks.configurationTimers = false),
  },
  {
    service: "coach",
    how: "its mapping cannot be read again from a database that was replaced",
    reason: /no such table: coach_mappings/,
    break(coach) {
      inDatabase(coach, "ALTER TABLE coach_mappings RENAME TO gone");
      coach.breaks.replaced();
    },
    mend: (coach) => inDatabase(coach, "ALTER TABLE gone RENAME TO coach_mappings"),
  },
  {
    service: "websocket",
    how: "its listener ends",
    reason: /stopped listening/,
    break: ({ breaks }) => breaks.listener(),
  },
];

const turnOn = (coach: RunningCoach) =>
  coach.json<Answer>("/api/entities/living_accent/commands", { command: "turnOn" });

/** Does something to the database behind the program's back. */
function inDatabase({ dataDir }: RunningCoach, sql: string): void {
  const database = new DatabaseSync(`${dataDir}/user/coachiq.db`);
  database.exec(`PRAGMA busy_timeout = 5000; ${sql}`);
  database.close();
}

/** The address is claimed within a second of a start; until then taps are refused with that reason. */
async function confirmed(coach: RunningCoach): Promise<void> {
  let answer = await turnOn(coach);
  while (answer.reasons[0]?.includes("claiming")) answer = await turnOn(coach);
  assert.equal(answer.outcome, "confirmed", answer.reasons.join(" "));
}

const viewOf = ({ details }: Health, service: string) => details.core.find(({ name }) => name === service);

for (const { service, how, reason, break: breakIt, mend } of rows) {
  Deno.test(`serve goes to the safe state when ${service} fails because ${how}, and comes back by itself`, () =>
    runningCoach(async (coach) => {
      await confirmed(coach);
      const broken = Promise.withResolvers<string>();
      const end = coach.hub.subscribe({
        onEntities: () => coach.hub.safeReason !== undefined && broken.resolve(coach.hub.safeReason),
      });
      await breakIt(coach);
      const said = await broken.promise;
      end();
      assert.match(said, new RegExp(`^A core part of CoachIQ has failed \\(${service}\\): `));
      assert.match(said, reason);
      assert.ok(coach.hub.entities().every((record) => coach.hub.snapshot(record).freshness !== "live"));
      const refused = await coach.hub.command("living_accent", { command: "turnOff", parameters: {} });
      assert.deepEqual([refused.outcome, refused.reasons], ["refused", [said]]);
      if (service !== "websocket") await isShown(coach, { service, said });
      mend?.(coach);
      const health = await coach.until<Health>("/health", (now) => viewOf(now, service)?.state === "up");
      assert.ok((viewOf(health, service)?.restarts ?? 0) >= 1);
      assert.equal(coach.hub.safeReason, undefined);
      assert.match(await metrics(coach), new RegExp(`coachiq_core_service_up\\{service="${service}"\\} 1`));
      await confirmed(coach);
      await isLive(coach);
      await coach.until<readonly Alert[]>("/api/safety/alerts", (alerts) => alerts.every((one) => one.priority > 1));
      assert.ok(coach.lines.some((line) => line.includes("Core service is back")));
    }));
}

/** Screens are told of changes again. */
async function isLive({ url }: RunningCoach): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  const told = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["entities"] }));
  socket.onmessage = ({ data }) => {
    const { topic, type } = JSON.parse(data);
    if (topic === "entities" && type === "change") told.resolve();
  };
  socket.onclose = () => {
    told.reject(new Error("the live feed was closed"));
    closed.resolve();
  };
  await told.promise;
  socket.close();
  await closed.promise;
}

/** Health, metrics and alerts say the same, while it lasts. */
async function isShown(
  coach: RunningCoach,
  { service, said }: { readonly service: string; readonly said: string },
): Promise<void> {
  const health = await coach.json<Health>("/health");
  assert.equal(health.status, "failed");
  assert.ok(health.problems.some(({ what }) => what === said));
  assert.match(await metrics(coach), new RegExp(`coachiq_core_service_up\\{service="${service}"\\} 0`));
  const alerts = await coach.json<readonly Alert[]>("/api/safety/alerts");
  assert.deepEqual(alerts.filter(({ priority }) => priority === 1).map(({ what }) => what), [said]);
}

async function metrics({ url }: RunningCoach): Promise<string> {
  return await (await fetch(`${url}/metrics`)).text();
}
