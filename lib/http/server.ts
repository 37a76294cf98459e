import { type Clock, deferred, type Logger, systemClock } from "../base/mod.ts";
import type { WebApp } from "./app.ts";
import { NetworkRules } from "./client_address.ts";
import { problem, problemResponse } from "./problems.ts";
import type { RequestLimits } from "./request_limits.ts";
import type { RequestOrigin } from "./route.ts";
import { securityHeaders } from "./security_headers.ts";
import { timedRequest } from "./slow_body.ts";

/** Where to listen. */
export interface WebServerOptions {
  readonly hostname: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Who may reach the site. Absent: every network, and no proxy is believed. */
  readonly networks?: NetworkRules;
  /** What one address may ask; the machine itself is not counted. Absent: no limit. */
  readonly limits?: RequestLimits;
  /** Certificate chain and private key, PEM. Absent: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Who listens; default the runtime. */
  readonly listen?: Listen;
}

/** What the runtime offers. */
export type Listen = (
  options: Deno.ServeTcpOptions & Partial<Deno.TlsCertifiedKeyPem>,
  handler: Deno.ServeHandler<Deno.NetAddr>,
) => Deno.HttpServer<Deno.NetAddr>;

interface Running {
  readonly server: Deno.HttpServer<Deno.NetAddr>;
  readonly abort: AbortController;
  /** It ended by itself. */
  hasEnded: boolean;
}

/** Addresses that the log warns of; more are passed over in silence. */
const mostNamed = 100;

/** How long open requests and sockets may take to end when the program stops, ms. */
const stopPatienceMs = 1_000;

/**
 * Listens, and stops in order: phones are told, open requests end, the port is released. After a stop it can be started
 * again, on the port that it had.
 */
export class WebServer {
  readonly #app: WebApp;
  readonly #options: WebServerOptions;
  readonly #open = new Set<Promise<Response>>();
  readonly #networks: NetworkRules;
  readonly #named = new Set<string>();
  readonly #onFailure = new Set<(error: unknown) => void>();
  #port: number;
  #running: Running | undefined;

  constructor(app: WebApp, options: WebServerOptions) {
    this.#app = app;
    this.#options = options;
    this.#port = options.port;
    this.#networks = options.networks ?? new NetworkRules({ allowedNetworks: [], trustedProxies: [] });
  }

  /**
   * @returns where the site is, e.g. `http://127.0.0.1:8080`.
   * @throws when the port is taken or may not be used, or the certificate is not usable, saying what to do.
   */
  start(): { readonly url: string; readonly port: number } {
    const { hostname, logger, tls, listen = Deno.serve } = this.#options;
    const port = this.#port;
    const abort = new AbortController();
    let server: Deno.HttpServer<Deno.NetAddr>;
    try {
      server = listen({
        hostname,
        port,
        ...(tls ? { cert: tls.certificate, key: tls.key } : {}),
        signal: abort.signal,
        onListen() {},
        onError: (error) => {
          logger.error("Cannot answer a request", { error });
          return plainProblem(500, "Something went wrong inside CoachIQ. The log says what.");
        },
      }, (request, { remoteAddr }) => this.#answer(request, remoteAddr.hostname));
    } catch (cause) {
      throw new Error(listenProblem({ hostname, port, isTls: tls !== undefined, cause }), { cause });
    }
    const running: Running = { server, abort, hasEnded: false };
    this.#running = running;
    const ended = (error: unknown) => {
      running.hasEnded = true;
      if (this.#running === running) this.#failed(error);
    };
    server.finished.then(() => ended(new Error("The web server stopped listening, and nobody asked it to")), ended);
    this.#app.feed.start();
    const actual = server.addr.port;
    this.#port = actual;
    const shown = hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
    const scheme = tls ? "https" : "http";
    return { url: `${scheme}://${shown.includes(":") ? `[${shown}]` : shown}:${actual}`, port: actual };
  }

  get isListening(): boolean {
    return this.#running !== undefined;
  }

  /** Told when the server ended by itself; returns the function that ends it. */
  subscribeFailure(listener: (error: unknown) => void): () => void {
    this.#onFailure.add(listener);
    return () => void this.#onFailure.delete(listener);
  }

  /** Closes every socket, lets open requests end for a moment, then ends them, and releases the port. */
  async stop(): Promise<void> {
    this.#app.feed.stop();
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    await this.#settled();
    // To abort a server that has ended is an error that nobody can catch.
    if (!running.hasEnded) running.abort.abort();
    // Why it ended, if it did by itself, was told when it did.
    await running.server.finished.catch(() => {});
  }

  #failed(error: unknown): void {
    for (const listener of this.#onFailure) listener(error);
  }

  async #answer(request: Request, peer: string): Promise<Response> {
    const { limits, tls } = this.#options;
    const client = this.#networks.resolve(peer, request.headers, { overTls: tls !== undefined });
    if ("refused" in client) return this.#refuse(peer, client.refused);
    const { remoteAddress, isSecure, isMachine, warning } = client;
    if (warning !== undefined) this.#warn(peer, warning);
    const changes = request.method !== "GET" && request.method !== "HEAD";
    const admission = isMachine ? undefined : limits?.begin(remoteAddress, { changes });
    if (admission && "retryAfterS" in admission) {
      const headers = { "retry-after": String(admission.retryAfterS) };
      return plainProblem(429, "Cannot answer so many requests from one address: wait a moment.", headers);
    }
    try {
      return await this.#pass(request, { remoteAddress, isSecure, isMachine });
    } finally {
      admission?.end();
    }
  }

  /** Hands the request to the app. */
  async #pass(request: Request, origin: RequestOrigin): Promise<Response> {
    const timed = timedRequest(withHost(request), { clock: this.#options.clock ?? systemClock });
    const answer = Promise.resolve(this.#app.fetch(timed.request, origin));
    this.#open.add(answer);
    try {
      const response = await answer;
      if (!timed.isLate()) return response;
      await response.body?.cancel();
      return plainProblem(408, "Cannot wait any longer for the rest of the request: send it again.");
    } finally {
      this.#open.delete(answer);
    }
  }

  #refuse(peer: string, reason: string): Response {
    this.#warn(peer, reason);
    return plainProblem(403, "CoachIQ does not answer this address.");
  }

  /** Once for each address. */
  #warn(peer: string, reason: string): void {
    if (this.#named.has(peer) || this.#named.size >= mostNamed) return;
    this.#named.add(peer);
    this.#options.logger.warn(reason);
  }

  /** When every open request has its answer, or patience ends. Deno's own `shutdown()` would wait without end. */
  async #settled(): Promise<void> {
    const { promise, resolve } = deferred<void>();
    const patience = (this.#options.clock ?? systemClock).after(stopPatienceMs, resolve);
    await Promise.race([promise, Promise.allSettled(this.#open)]);
    patience.cancel();
  }
}

/** HTTP/2, which comes with TLS, names the site in `:authority`; the address of the request then carries it. */
function withHost(request: Request): Request {
  if (!request.url.startsWith("https:") || request.headers.has("host")) return request;
  const headers = new Headers(request.headers);
  headers.set("host", new URL(request.url).host);
  return new Request(request, { headers });
}

/** An answer that does not come from the app. */
function plainProblem(status: number, detail: string, headers: Readonly<Record<string, string>> = {}): Response {
  return problemResponse(problem(status, { detail }), { ...securityHeaders(), ...headers });
}

function listenProblem(options: { hostname: string; port: number; isTls: boolean; cause: unknown }): string {
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
  if (options.isTls && (options.cause instanceof Deno.errors.InvalidData || /key|cert/i.test(reason))) {
    const wanted = "expected server.tls_certificate_file and server.tls_key_file to be a PEM certificate and its key";
    return `Cannot serve HTTPS: the certificate and the key cannot be used (${reason}), ${wanted}`;
  }
  return `${where}: ${reason}`;
}
