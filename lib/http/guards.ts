/** Which names the site answers to. */
export interface Listening {
  /** True: loopback names alone. False: also addresses and names of a home network. */
  readonly loopbackOnly: boolean;
  /** Names besides those, lower case without port, e.g. `coach.example.net`. */
  readonly hostNames?: readonly string[];
  /** Other sites whose pages may call the API with a token, e.g. `https://panel.example.net`. Absent: none. */
  readonly corsOrigins?: readonly string[];
}

const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/;
/** Endings that no public name server hands out. */
const privateName = /\.(local|lan|home|internal|home\.arpa|localdomain)$/;

/**
 * Whether the request names this site. A page of somebody else whose name was made to point here (DNS rebinding)
 * carries its own name in `Host`, and is turned away.
 */
export function isKnownHost(host: string | null, listening: Listening): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  if (ipv4.test(name) && name.startsWith("127.")) return true;
  if (listening.hostNames?.includes(name)) return true;
  if (listening.loopbackOnly) return false;
  return ipv4.test(name) || name.startsWith("[") || !name.includes(".") || privateName.test(name);
}

function hostName(host: string | null): string | undefined {
  if (host === null) return undefined;
  const match = /^(\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9.-]+)(:\d{1,5})?$/.exec(host);
  return match?.[1]?.toLowerCase();
}

/**
 * Whether a request that changes something, or opens a socket, comes from this site's own page or from a program.
 * Browsers always send `Origin` with these; a program need not. The scheme is not compared: a proxy may add TLS.
 * A page of a listed site must bring a token of its own: what the browser adds by itself (cookies) is not its to use.
 */
export function isSameOrigin(headers: Headers, { corsOrigins = [] }: Pick<Listening, "corsOrigins"> = {}): boolean {
  const origin = headers.get("origin");
  if (origin === null) return headers.get("sec-fetch-site") !== "cross-site";
  const host = headers.get("host");
  if (host !== null && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()) return true;
  const hasToken = /^Bearer \S/i.test(headers.get("authorization") ?? "");
  return corsOrigins.includes(origin) && hasToken && !headers.has("cookie");
}

/** Whether a browser asks, before it sends anything, what a page of a listed site may. */
export function isPreflight(request: Request, { corsOrigins = [] }: Pick<Listening, "corsOrigins">): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method") &&
    corsOrigins.includes(request.headers.get("origin") ?? "");
}
