import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type Clock, systemClock, type Timer } from "../../lib/base/mod.ts";
import { CliError } from "../../lib/cli/mod.ts";
import { programFeatures } from "../../wiring/features.ts";
import { runningCoach } from "../fixtures/running_coach.ts";
import { startServer } from "./program.ts";

/** Overwrites all of a database but its first page, and all of its log but the header, behind the back of who has it open. */
async function overwrite(path: string): Promise<void> {
  for (const [name, kept] of [[path, 4096], [`${path}-wal`, 32]] as const) {
    using file = await Deno.open(name, { write: true, read: true });
    const { size } = await file.stat();
    await file.seek(kept, Deno.SeekMode.Start);
    await file.write(new Uint8Array(Math.max(0, size - kept)).fill(0xa5));
  }
}

/** States of entities that are in the file. */
function storedStates(dataDir: string): number {
  const database = new DatabaseSync(`${dataDir}/user/coachiq.db`, { readOnly: true });
  try {
    return Number(database.prepare("SELECT count(*) AS count FROM entity_states").get()?.["count"]);
  } finally {
    database.close();
  }
}

Deno.test("serve recovers by itself when the database breaks while it runs, and a backup brings it back", async () => {
  const dataDir = await Deno.makeTempDir();
  const server = await startServer(["--data-dir", dataDir]);
  try {
    const made = await (await fetch(`${server.url}/api/database/backups`, { method: "POST" })).json();
    let backups: readonly { readonly id: string }[] = [];
    while (backups.length === 0) backups = await (await fetch(`${server.url}/api/database/backups`)).json();
    assert.ok(made.jobId);
    await overwrite(`${dataDir}/user/coachiq.db`);
    const recovery = server.nextUrl();
    let isOver = false;
    void recovery.finally(() => isOver = true);
    // Whoever looks at something that is not in memory finds the damage.
    while (!isOver) {
      await fetch(`${server.url}/api/coach/history`).then((answer) => answer.body?.cancel(), () => {});
    }
    const url = await recovery;
    const status = await (await fetch(`${url}/api/database/status`)).json();
    assert.equal(status.mode, "recovery");
    assert.match(status.recovery.reason, /malformed|damaged|not those of an SQLite file/);
    assert.equal((await fetch(`${url}/api/entities`)).status, 503, "nothing is commanded on a guess");

    const again = server.nextUrl();
    const restored = await fetch(`${url}/api/database/restore/${backups[0]?.id}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ confirm: true, parked: true }),
    });
    assert.equal(restored.status, 202, await restored.text());
    const home = await again;
    const back = await (await fetch(`${home}/api/database/status`)).json();
    assert.equal(back.mode, "running");
    const [last] = await (await fetch(`${home}/api/safety/audit?action=update`)).json();
    assert.deepEqual([last.what, last.outcome], ["Restore of a backup in recovery mode: end", "done"]);
    assert.match(last.reasons.join(), /malformed|damaged|not those of an SQLite file/);
  } finally {
    const [code, errors] = await Promise.all([server.stop(), server.errors]);
    assert.equal(code, 0, errors);
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("serve ends in order, with its states on the disk, after an exception that nobody caught", () =>
  runningCoach(async (coach) => {
    await coach.until<readonly { readonly freshness: string }[]>(
      "/api/entities",
      (entities) => entities.some(({ freshness }) => freshness === "live"),
    );
    setTimeout(() => {
      throw new Error("nobody expected this");
    }, 0);
    await assert.rejects(coach.end, (error) => {
      assert.ok(error instanceof CliError);
      assert.match(error.message, /^Cannot go on: nobody expected this\. This is a mistake in CoachIQ/);
      return true;
    });
    assert.ok(coach.lines.some((line) => line.includes("An exception that nobody caught") && line.includes(".ts:")));
    assert.ok(storedStates(coach.dataDir) > 0);
  }));

/** The machine's clock, which adds up what was waited for in vain: the time that a stop takes on a machine of any speed. */
class Patience implements Clock {
  readonly monotonicMs = systemClock.monotonicMs;
  readonly wallMs = systemClock.wallMs;
  readonly every = systemClock.every;
  #isCounting = false;
  spentMs = 0;

  begin(): void {
    this.#isCounting = true;
  }

  after(delayMs: number, callback: () => void): Timer {
    if (!this.#isCounting) return systemClock.after(delayMs, callback);
    return systemClock.after(delayMs, () => {
      this.spentMs += delayMs;
      callback();
    });
  }
}

Deno.test("serve stops within 3 s with parts that hang, writes its states and sends nothing more", () => {
  const patience = new Patience();
  return runningCoach(async (coach) => {
    await coach.until<readonly { readonly freshness: string }[]>(
      "/api/entities",
      (entities) => entities.some(({ freshness }) => freshness === "live"),
    );
    const features = await coach.json<readonly { readonly state: string }[]>("/api/features");
    assert.ok(features.filter(({ state }) => state === "running").length > 1);
    // A phone that never answers.
    const { hostname, port } = new URL(coach.url);
    const dead = await Deno.connect({ hostname, port: Number(port) });
    await dead.write(new TextEncoder().encode("GET /health HTTP/1.1\r\n"));
    coach.breaks.portStop = true;
    const sent = coach.sent.length;
    patience.begin();
    await coach.stop();
    assert.ok(patience.spentMs > 0 && patience.spentMs < 3000, `${patience.spentMs} ms`);
    assert.deepEqual(await coach.end, { kind: "stopped" });
    assert.equal(coach.sent.length, sent, "the address is given up without a word");
    assert.ok(storedStates(coach.dataDir) > 0);
    await assert.rejects(fetch(`${coach.url}/healthz`), "the port is released");
    dead.close();
  }, {
    clock: patience,
    featureList: (accounts) =>
      programFeatures(accounts).map(({ unavailable: _, ...feature }) => ({
        ...feature,
        start: () => Promise.resolve({ stop: () => new Promise<void>(() => {}) }),
      })),
  });
});

Deno.test("serve gives up on a core service that hangs at the start, and says which", async () => {
  const clock: Clock = {
    ...systemClock,
    // Ten seconds pass in three.
    after: (delayMs, callback) => systemClock.after(delayMs === 10_000 ? 3000 : delayMs, callback),
  };
  const never = () => Promise.reject(new Error("it started"));
  await assert.rejects(runningCoach(never, { portHangs: true, clock }), {
    message: 'Cannot start the core service "hub": it took more than 10000 ms',
  });
});

Deno.test("serve ends with 0 at SIGTERM and at SIGINT, and its states are on the disk", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const dataDir = await Deno.makeTempDir();
    const server = await startServer(["--data-dir", dataDir]);
    let isLive = false;
    while (!isLive) {
      const entities: readonly { freshness: string }[] = await (await fetch(`${server.url}/api/entities`)).json();
      isLive = entities.some(({ freshness }) => freshness === "live");
    }
    assert.equal(await server.stop(signal), 0);
    assert.ok(storedStates(dataDir) > 0);
    await Deno.remove(dataDir, { recursive: true });
  }
});
