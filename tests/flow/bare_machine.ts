/** Runs a built program as on a bare machine: an empty folder to stand in, no home, nothing of ours in its environment. */
export class BareMachine {
  readonly folder: string;
  readonly #program: readonly string[];

  /** `program` is the command and its first arguments; `folder` is a folder of the test's own. */
  constructor(folder: string, program: readonly string[]) {
    this.folder = folder;
    this.#program = program;
  }

  command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Deno.Command {
    Deno.mkdirSync(`${this.folder}/empty`, { recursive: true });
    const [command = "", ...first] = this.#program;
    return new Deno.Command(command, {
      args: [...first, ...args],
      cwd: `${this.folder}/empty`,
      clearEnv: true,
      env: {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        XDG_CACHE_HOME: `${this.folder}/cache`,
        TMPDIR: this.folder,
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** @throws when the program ends with another exit code than 0. */
  async run(...args: readonly string[]): Promise<string> {
    const { success, code, stdout, stderr } = await this.command(args).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`${args.join(" ")}: exit code ${code}: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }

  /**
   * Starts `serve` with the simulated coach, looks at its page, at what the page loads and at the coach, has it make a
   * backup, which a thread of its own does, and stops it as systemd does. Answers how long it took from the start to the first page.
   *
   * @throws at the first thing that is not as it should be.
   */
  async serve(env: Readonly<Record<string, string>> = {}): Promise<number> {
    const startedMs = performance.now();
    const server = this.command(["serve", "--profile", "development", "--can", "sim", "--port", "0"], env).spawn();
    const log = new Response(server.stderr).text();
    let tookMs: number;
    try {
      const address = await addressOf(server);
      const page = await fetch(`${address}/`);
      const html = await page.text();
      tookMs = performance.now() - startedMs;
      expect(page.status === 200 && html.includes("<html"), `the page answers ${page.status}: ${html.slice(0, 200)}`);
      await lookAtParts(address, html);
      await makeBackup(address);
    } finally {
      server.kill("SIGTERM");
    }
    const { code } = await server.status;
    expect(code === 0, `serve ended with exit code ${code} after SIGTERM: ${await log}`);
    return tookMs;
  }
}

async function lookAtParts(address: string, html: string): Promise<void> {
  const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css)(?:\?[^"]*)?)"/g)];
  expect(parts.length >= 2, `the page loads ${parts.length} scripts and styles`);
  for (const [, path] of parts) {
    const asset = await fetch(`${address}${path}`);
    await asset.body?.cancel();
    expect(asset.status === 200, `${path} of the page answers ${asset.status}`);
  }
  const entities = await fetch(`${address}/api/entities`);
  const list: unknown = await entities.json();
  expect(Array.isArray(list) ? list.length > 10 : JSON.stringify(list).length > 1000, "the coach is empty");
}

async function makeBackup(address: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ confirm: true, parked: true });
  const begun = await fetch(`${address}/api/database/backups`, { method: "POST", headers, body });
  const { jobId }: { readonly jobId?: string } = await begun.json();
  expect(begun.ok, `a backup is answered by ${begun.status}`);
  for (;;) {
    const progress = await fetch(`${address}/api/database/update/${jobId}/progress`);
    const { state, message }: { readonly state: string; readonly message: string } = await progress.json();
    expect(state !== "failed", `the backup failed: ${message}`);
    if (state === "done") return;
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

/** @throws with `what` when it does not hold. */
export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
