import assert from "node:assert/strict";
import { type Answer, otherRows, type Place, type Row, storageRows } from "./broken_starts.ts";
import { run, startServer } from "./program.ts";

/** Ways in which a core service is broken at the start, each with its answer written down. */
const rows: readonly Row[] = [...storageRows, ...otherRows];

for (const row of rows) {
  const name = "refuses" in row.answer ? "says so and exits 1" : "recovers" in row.answer ? "recovers" : "runs on";
  Deno.test(`serve ${name} when it starts with ${row.what}`, async () => {
    const folder = await Deno.makeTempDir();
    const dataDir = `${folder}/data`;
    const cleanups: (() => void | Promise<void>)[] = [];
    const place: Place = {
      folder,
      dataDir,
      fill: async () => void await (await startServer(["--data-dir", dataDir])).stop(),
      after: (work) => void cleanups.push(work),
    };
    try {
      const broken = await row.break(place);
      if (broken === undefined) return console.warn(`not tried: this machine cannot make ${row.what}`);
      const { args = [], dataDir: other = dataDir, ...how } = broken;
      await expect(row.answer, { args: ["--data-dir", other, ...args], how });
    } finally {
      for (const cleanup of cleanups.reverse()) await cleanup();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("the sweep of broken starts looks at more than twenty ways", () => {
  assert.ok(rows.length >= 25, `${rows.length} rows`);
  assert.equal(new Set(rows.map(({ what }) => what)).size, rows.length);
});

async function expect(
  answer: Answer,
  { args, how }: { readonly args: readonly string[]; readonly how: NonNullable<Parameters<typeof startServer>[1]> },
): Promise<void> {
  if ("refuses" in answer) {
    // A start that is not refused would run for ever.
    const through = ["timeout", "60", ...how.through ?? []];
    const serve = ["serve", "--profile", "development", "--port", "0", "--log-level", "error", ...args];
    const { code, out, err } = await run(serve, { ...how, through });
    assert.match(err, answer.refuses);
    assert.equal(code, 1, err);
    assert.doesNotMatch(err, /\n\s+at /, "no stack");
    assert.equal(out, "", "nothing half started");
    return;
  }
  const server = await startServer(args, how);
  try {
    const json = async (path: string) => await (await fetch(`${server.url}${path}`)).json();
    const status = await json("/api/database/status");
    if ("recovers" in answer) {
      assert.equal(status.mode, "recovery");
      assert.match(JSON.stringify(status.recovery), answer.recovers);
      // The restore page comes up, and nothing of the coach does.
      assert.match(await (await fetch(`${server.url}/settings/database`)).text(), answer.recovers);
      assert.equal((await fetch(`${server.url}/api/entities`)).status, 503);
    } else {
      assert.equal(status.mode, "running");
      const told = answer.told === "health" ? await json("/health") : (await json("/api/config")).problems;
      assert.match(JSON.stringify(told), answer.runs);
      assert.equal((await fetch(`${server.url}/api/entities`)).status, 200);
    }
  } finally {
    assert.equal(await server.stop(), 0);
  }
}
