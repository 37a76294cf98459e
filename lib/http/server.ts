import { type Clock, deferred, type Logger, systemClock } from "../base/mod.ts";
import type { WebApp } from "./app.ts";

/** Where to listen. */
export interface WebServerOptions {
  readonly hostname: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** How long open requests and sockets may take to end when the program stops, ms. */
const stopPatienceMs = 1_500;

/** Listens, and stops in order: phones are told, open requests end, the port is released. */
export class WebServer {
  readonly #app: WebApp;
  readonly #options: WebServerOptions;
  readonly #abort = new AbortController();
  readonly #open = new Set<Promise<Response>>();
  #server: Deno.HttpServer<Deno.NetAddr> | undefined;

  constructor(app: WebApp, options: WebServerOptions) {
    this.#app = app;
    this.#options = options;
  }

  /**
   * @returns where the site is, e.g. `http://127.0.0.1:8080`.
   * @throws when the port is taken or may not be used, saying what to do.
   */
  start(): { readonly url: string; readonly port: number } {
    const { hostname, port, logger } = this.#options;
    try {
      this.#server = Deno.serve({
        hostname,
        port,
        signal: this.#abort.signal,
        onListen() {},
        onError: (error) => {
          logger.error("Cannot answer a request", { error });
          return new Response("Internal error", { status: 500 });
        },
      }, (request, { remoteAddr }) => this.#answer(request, remoteAddr.hostname));
    } catch (cause) {
      throw new Error(listenProblem({ hostname, port, cause }), { cause });
    }
    this.#app.feed.start();
    const actual = this.#server.addr.port;
    const shown = hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
    return { url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${actual}`, port: actual };
  }

  /** Closes every socket, lets open requests end for a moment, then ends them, and releases the port. */
  async stop(): Promise<void> {
    this.#app.feed.stop();
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    await this.#settled();
    this.#abort.abort();
    await server.finished;
  }

  async #answer(request: Request, remoteAddress: string): Promise<Response> {
    const answer = Promise.resolve(this.#app.fetch(request, { remoteAddress }));
    this.#open.add(answer);
    try {
      return await answer;
    } finally {
      this.#open.delete(answer);
    }
  }

  /** When every open request has its answer, or patience ends. Deno's own `shutdown()` would wait without end. */
  async #settled(): Promise<void> {
    const { promise, resolve } = deferred<void>();
    const patience = (this.#options.clock ?? systemClock).after(stopPatienceMs, resolve);
    await Promise.race([promise, Promise.allSettled(this.#open)]);
    patience.cancel();
  }
}

function listenProblem(options: { hostname: string; port: number; cause: unknown }): string {
  const where = `Cannot listen on ${options.hostname} port ${options.port}`;
  if (options.cause instanceof Deno.errors.AddrInUse) {
    return `${where}: another program uses it, stop that one or choose another port with --port`;
  }
  if (options.cause instanceof Deno.errors.PermissionDenied) {
    return `${where}: not permitted, choose a port above 1023 with --port`;
  }
  if (options.cause instanceof Deno.errors.AddrNotAvailable) {
    return `${where}: this machine has no such address, choose another with --host`;
  }
  const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
  return `${where}: ${reason}`;
}
