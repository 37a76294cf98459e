import { buildExecutable, targets } from "../../tools/compile/mod.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const target = targets.find((one) => one === Deno.build.arch);

/** Size that the packaging issue allows, bytes. */
const largestBytes = 60e6;
/** First page of an unpacked program that was never started before; a busy test machine included, ms. */
const longestStartMs = 20_000;

/** The built file, run as on a bare machine: an empty folder to stand in, no home, nothing of ours in the environment. */
class BareMachine {
  readonly folder: string;
  readonly file: string;

  constructor(folder: string, file: string) {
    this.folder = folder;
    this.file = file;
  }

  command(args: readonly string[]): Deno.Command {
    Deno.mkdirSync(`${this.folder}/empty`, { recursive: true });
    return new Deno.Command(this.file, {
      args: [...args],
      cwd: `${this.folder}/empty`,
      clearEnv: true,
      env: {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        XDG_CACHE_HOME: `${this.folder}/cache`,
        TMPDIR: this.folder,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  async run(...args: readonly string[]): Promise<string> {
    const { success, code, stdout, stderr } = await this.command(args).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`${args.join(" ")}: exit code ${code}: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }
}

/** The address that `serve` prints, as soon as it does. */
async function addressOf(server: Deno.ChildProcess): Promise<string> {
  let text = "";
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`serve ended before it printed its address; it printed "${text}"`);
    text += value;
    const address = /^CoachIQ \S+ on (http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1];
    if (address === undefined) continue;
    await reader.cancel();
    return address;
  }
}

async function serveStep(machine: BareMachine): Promise<void> {
  const started = performance.now();
  const server = machine.command(["serve", "--profile", "development", "--can", "sim", "--port", "0"]).spawn();
  const log = new Response(server.stderr).text();
  try {
    const address = await addressOf(server);
    const page = await fetch(`${address}/`);
    const html = await page.text();
    const tookMs = performance.now() - started;
    check(page.status === 200 && html.includes("<html"), `the page answers ${page.status}: ${html.slice(0, 200)}`);
    check(tookMs < longestStartMs, `the first page took ${tookMs.toFixed(0)} ms`);
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css)(?:\?[^"]*)?)"/g)) {
      const asset = await fetch(`${address}${path}`);
      await asset.body?.cancel();
      check(asset.status === 200, `${path} of the page answers ${asset.status}`);
    }
    const entities = await fetch(`${address}/api/entities`);
    const list: unknown = await entities.json();
    check(Array.isArray(list) ? list.length > 10 : JSON.stringify(list).length > 1000, "the coach is empty");
  } finally {
    server.kill("SIGTERM");
  }
  const { code } = await server.status;
  check(code === 0, `serve ended with exit code ${code} after SIGTERM: ${await log}`);
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

Deno.test("the built file runs version, decode and serve from an empty folder", async (test) => {
  if (!target) throw new Error(`Cannot build for ${Deno.build.arch}, expected one of ${targets.join(", ")}`);
  if (!isThere(`${root}/dist/web`)) throw new Error("Cannot build: dist/web is missing, run deno task build first");
  const folder = await Deno.makeTempDir({ prefix: "coachiq-compile-" });
  try {
    const built = await buildExecutable({ root, target, outDir: folder });
    const machine = new BareMachine(folder, built.path);
    await test.step(`it has less than ${largestBytes / 1e6} MB`, () => {
      check(built.bytes < largestBytes, `it has ${(built.bytes / 1e6).toFixed(1)} MB`);
    });
    await test.step("a second build has the same bytes", async () => {
      const again = await buildExecutable({ root, target, outDir: `${folder}/again` });
      check(again.sha256 === built.sha256, `${again.sha256} is not ${built.sha256}`);
    });
    await test.step("version says that it is the self-unpacking form", async () => {
      const text = await machine.run("version");
      check(/^coachiq \d+\.\d+\.\d+ \(self-unpacking/i.test(text), text);
    });
    await test.step("decode reads a log", async () => {
      await Deno.writeTextFile(`${folder}/log`, "(1700000000.000000) can0 19FEDA8E#01FFC8FCFF05FFFF\n");
      const line: { readonly name?: string } = JSON.parse(await machine.run("decode", "--json", `${folder}/log`));
      check(line.name === "DC_DIMMER_STATUS_3", JSON.stringify(line));
    });
    await test.step("serve --can sim shows the coach and stops on SIGTERM", () => serveStep(machine));
    await test.step("it left nothing in the folder it ran in", () => {
      const left = [...Deno.readDirSync(`${folder}/empty`)].map(({ name }) => name);
      check(left.length === 0, `left behind: ${left.join(", ")}`);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
