/** A real Prometheus reads the numbers of a site that listens, with the token of an account. */
import assert from "node:assert/strict";
import { testApp } from "../fixtures/test_app.ts";
import { deferred, silentLogger } from "../../lib/base/mod.ts";
import { WebServer } from "../../lib/http/mod.ts";
import { FakeAccounts } from "../fixtures/fake_accounts.ts";
import { prometheusTest } from "../fixtures/prometheus.ts";
import { type RunningProgram, runningProgram } from "../fixtures/running_program.ts";
import { temporaryFolder } from "../suites/store_fixture.ts";

const token = "ciq_prometheus";

/** Accounts that know one token, which looks. */
class TokenAccounts extends FakeAccounts {
  override identify(caller: Parameters<FakeAccounts["identify"]>[0]) {
    const isOurs = caller.headers.get("authorization") === `Bearer ${token}`;
    return super.identify({ ...caller, headers: new Headers(isOurs ? { cookie: "as=lookToken" } : {}) });
  }
}

function listen({ services, system }: RunningProgram) {
  const app = testApp({ services, system, accounts: new TokenAccounts() });
  const server = new WebServer(app, { hostname: "127.0.0.1", port: 0, logger: silentLogger });
  return { server, ...server.start() };
}

/** A Prometheus that reads `port` five times a second, on the free port that it says it took. */
async function startPrometheus(program: string, options: { readonly folder: string; readonly port: number }) {
  const { folder, port } = options;
  const config = `scrape_configs:
  - job_name: coachiq
    scrape_interval: 200ms
    scrape_timeout: 200ms
    authorization: { credentials: ${token} }
    static_configs: [{ targets: ["127.0.0.1:${port}"] }]
`;
  await Deno.writeTextFile(`${folder}/prometheus.yml`, config);
  const child = new Deno.Command(program, {
    args: [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      "--web.listen-address=127.0.0.1:0",
      "--log.format=json",
    ],
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const address = deferred<string>();
  // It tells the port that it took in its log, after the one that it was asked for.
  const reading = (async () => {
    let log = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      log += text;
      const found = /"address":"(127\.0\.0\.1:[1-9]\d*)"/.exec(log)?.[1];
      if (found !== undefined) address.resolve(found);
    }
    address.reject(new Error(`Prometheus ended: ${log}`));
  })();
  return {
    url: `http://${await address.promise}`,
    async stop() {
      child.kill("SIGTERM");
      const { code } = await child.status;
      await reading;
      return code;
    },
  };
}

type Samples = readonly {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}[];

/** What an expression is; asked again until it is something. */
async function query(url: string, expression: string): Promise<Samples> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { status, data } = await response.json().catch(() => ({ status: "starting" }));
    if (status === "success" && data.result.length > 0) return data.result;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

prometheusTest("A real Prometheus scrapes /metrics with a token, and answers our numbers", {
  program: "prometheus",
  body: async (path) => {
    await using folder = await temporaryFolder();
    await runningProgram(async (program) => {
      const site = listen(program);
      const prometheus = await startPrometheus(path, { folder: folder.path, port: site.port });
      try {
        const stranger = await fetch(`${site.url}/metrics`);
        await stranger.body?.cancel();
        assert.equal(stranger.status, 401);
        const [up] = await query(prometheus.url, `up{job="coachiq"} == 1`);
        assert.equal(up?.metric["instance"], `127.0.0.1:${site.port}`);
        const [service] = await query(prometheus.url, "coachiq_core_service_up");
        assert.deepEqual([service?.metric["service"], service?.value[1]], ["hub", "1"]);
        const frames = await query(prometheus.url, `coachiq_can_frames_total{direction="rx"}`);
        assert.ok(Number(frames[0]?.value[1]) > 100, "the simulated coach was heard");
        const [clients] = await query(prometheus.url, "coachiq_websocket_clients");
        assert.equal(clients?.value[1], "3");
        const [build] = await query(prometheus.url, "coachiq_build_info");
        assert.equal(build?.metric["version"], "1.2.3");
      } finally {
        assert.equal(await prometheus.stop(), 0);
        await site.server.stop();
      }
    });
  },
});
