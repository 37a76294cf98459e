/**
 * The whole program inside the virtual machine, as a process.
 *
 * @module
 */
import { until } from "./report.ts";

const STARTED = /http:\/\/127\.0\.0\.1:\d+/;

/** A running `coachiq`; end it with {@link stop}. */
export class Program {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  /** Everything it has written so far, both streams. */
  output = "";
  /** Its exit code, once it has ended. */
  exitCode: number | undefined;

  /** Starts `coachiq ARGS`; `/vm/program` holds it. */
  constructor(args: readonly string[], options: { readonly env?: Readonly<Record<string, string>> } = {}) {
    this.#child = new Deno.Command("deno", {
      args: ["run", "-A", "--no-config", "--unstable-net", "main.js", ...args],
      ...(options.env ? { env: { ...options.env } } : {}),
      cwd: "/vm/program",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const read = async (stream: ReadableStream<Uint8Array>) => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) this.output += decoder.decode(chunk, { stream: true });
    };
    const ended = this.#child.status.then(({ code }) => this.exitCode = code);
    this.#reading = Promise.all([read(this.#child.stdout), read(this.#child.stderr), ended]);
  }

  /** Waits until it has printed its address, and answers it. @throws with its output when it ends or takes too long. */
  async address(timeoutMs = 240_000): Promise<string> {
    const found = () => STARTED.exec(this.output)?.[0];
    try {
      const what = "the program prints its address";
      await until(() => found() !== undefined || this.exitCode !== undefined, { what, timeoutMs });
    } catch (cause) {
      throw new Error(`The program did not start; it wrote:\n${this.output}`, { cause });
    }
    const address = found();
    if (address === undefined) throw new Error(`The program ended with ${this.exitCode}; it wrote:\n${this.output}`);
    return address;
  }

  /** Asks it to stop as systemd does, and answers its exit code. */
  async stop(): Promise<number> {
    if (this.exitCode === undefined) this.#child.kill("SIGTERM");
    await this.#reading;
    return this.exitCode ?? -1;
  }
}

/** GET or POST of JSON. @throws when the answer is no success. */
export async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    ...(body === undefined ? {} : {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${body === undefined ? "GET" : "POST"} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
