import type { Logger } from "../base/mod.ts";
import type { WebApp } from "./app.ts";

/** Listens, and stops in order: phones are told, open requests end, the port is released. */
export class WebServer {
  readonly #app: WebApp;
  readonly #options: { readonly hostname: string; readonly port: number; readonly logger: Logger };
  #server: Deno.HttpServer<Deno.NetAddr> | undefined;

  constructor(app: WebApp, options: { readonly hostname: string; readonly port: number; readonly logger: Logger }) {
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
        onListen() {},
        onError: (error) => {
          logger.error("Cannot answer a request", { error });
          return new Response("Internal error", { status: 500 });
        },
      }, this.#app.fetch);
    } catch (cause) {
      throw new Error(listenProblem({ hostname, port, cause }), { cause });
    }
    this.#app.feed.start();
    const actual = this.#server.addr.port;
    const shown = hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
    return { url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${actual}`, port: actual };
  }

  /** Closes every socket, lets open requests end, releases the port. */
  async stop(): Promise<void> {
    this.#app.feed.stop();
    const server = this.#server;
    this.#server = undefined;
    await server?.shutdown();
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
