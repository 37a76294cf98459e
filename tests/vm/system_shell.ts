import { type Deferred, deferred } from "../../lib/base/mod.ts";
import { consoleLines } from "./console_lines.ts";

/** How a script ended. */
export interface ScriptResult {
  readonly code: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** The host's end of the port on which `host-shell` of a {@link SystemMachine} reads scripts and answers. */
export class SystemShell {
  readonly #connection: Deno.Conn;
  readonly #ready = deferred<void>();
  readonly #waiting = new Map<number, Deferred<ScriptResult>>();
  #last = 0;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.#ready.promise.catch(() => {});
    void this.#read();
  }

  /** Settles when the machine takes commands. @throws when it ends before, or is late. */
  ready(timeoutMs: number): Promise<void> {
    return within(timeoutMs, { what: "the first word of the machine", promise: this.#ready.promise });
  }

  /** Runs a script inside, after those that were sent before. @throws when the machine ends, or is late. */
  async run(script: string, timeoutMs: number): Promise<ScriptResult> {
    const result = deferred<ScriptResult>();
    result.promise.catch(() => {});
    const number = this.send(script);
    this.#waiting.set(number, result);
    return await within(timeoutMs, { what: `the end of "${script.trim()}"`, promise: result.promise });
  }

  /** Sends a script and does not wait for its end. Answers its number. */
  send(script: string): number {
    const number = ++this.#last;
    const encoded = new TextEncoder().encode(script).toBase64();
    void this.#write(new TextEncoder().encode(`${number} ${encoded}\n`));
    return number;
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // The machine was quicker.
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
    } catch {
      // Whoever waits for the answer is told by the end of the stream.
    }
  }

  async #read(): Promise<void> {
    try {
      for await (const line of consoleLines(this.#connection.readable)) this.#take(line.trim());
    } catch {
      // Closed on our side, or gone with its machine.
    }
    const gone = new Error("the machine is gone");
    this.#ready.reject(gone);
    for (const one of this.#waiting.values()) one.reject(gone);
    this.#waiting.clear();
  }

  #take(line: string): void {
    const [word, number = "", code = "", output = ""] = line.split(" ");
    if (word === "ready") this.#ready.resolve();
    if (word !== "end") return;
    const text = new TextDecoder().decode(Uint8Array.fromBase64(output));
    this.#waiting.get(Number(number))?.resolve({ code: Number(code), output: text });
    this.#waiting.delete(Number(number));
  }
}

async function within<T>(
  timeoutMs: number,
  { what, promise }: { readonly what: string; readonly promise: Promise<T> },
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Cannot wait for ${what}: nothing within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
