import { BlockList, isIP } from "node:net";

/** Where a request really came from, as far as it can be known. */
export interface ClientAddress {
  /** IPv4 wherever it is one, also when it came written as IPv6. */
  readonly remoteAddress: string;
  /** It came over TLS, here or at a trusted proxy. */
  readonly isSecure: boolean;
  /** From a program on this machine, not through a proxy. */
  readonly isMachine: boolean;
  /** For the log: a proxy speaks for others, and is not believed. */
  readonly warning?: string;
}

/** For the log, not for whoever asked. */
export interface RefusedAddress {
  readonly refused: string;
}

/** What proxies add and programs of this machine do not. */
const proxyHeaders = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded"] as const;

/**
 * Who may reach the site by network address, and whose word counts about where a request came from. Addresses and
 * networks are IPv4 or IPv6, a network as `192.168.8.0/24`; IPv4 inside IPv6 (`::ffff:192.168.8.4`) is IPv4.
 */
export class NetworkRules {
  readonly #allowed: BlockList | undefined;
  readonly #proxies: BlockList;

  /** An empty list of allowed networks allows all. @throws {Error} for what is no address and no network. */
  constructor(options: { readonly allowedNetworks: readonly string[]; readonly trustedProxies: readonly string[] }) {
    this.#allowed = options.allowedNetworks.length === 0 ? undefined : listOf(options.allowedNetworks);
    this.#proxies = listOf(options.trustedProxies);
  }

  /** `remoteAddress` is the other end of the connection. */
  resolve(
    remoteAddress: string,
    headers: Headers,
    { overTls }: { readonly overTls: boolean },
  ): ClientAddress | RefusedAddress {
    const peer = plainAddress(remoteAddress);
    if (peer === undefined) return { refused: `Cannot answer "${remoteAddress}": it is no network address` };
    const forwarded = headers.get("x-forwarded-for");
    if (forwarded === null || !contains(this.#proxies, peer)) {
      const isLocal = isLoopbackAddress(peer);
      const isMachine = isLocal && !proxyHeaders.some((name) => headers.has(name));
      const warning = isLocal && !isMachine ? notBelieved(peer) : undefined;
      if (!isMachine && !this.#allows(peer)) return { refused: warning ?? notAllowed(peer) };
      const client = { remoteAddress: peer, isSecure: overTls, isMachine };
      return warning === undefined ? client : { ...client, warning };
    }
    const client = this.#clientOf(forwarded);
    if (client === undefined) {
      return { refused: `Cannot answer through proxy ${peer}: its X-Forwarded-For names no address of a client` };
    }
    const isSecure = headers.get("x-forwarded-proto")?.split(",").at(-1)?.trim().toLowerCase() === "https";
    return this.#allows(client)
      ? { remoteAddress: client, isSecure, isMachine: false }
      : { refused: `${notAllowed(client)}, and came through proxy ${peer}` };
  }

  /** Each proxy adds at the end: what stands before the last address that is not ours, a stranger may have written. */
  #clientOf(forwarded: string): string | undefined {
    let client: string | undefined;
    for (const part of forwarded.split(",").reverse()) {
      client = plainAddress(withoutPort(part.trim()));
      if (client === undefined || !contains(this.#proxies, client)) return client;
    }
    return client;
  }

  #allows(address: string): boolean {
    return this.#allowed === undefined || contains(this.#allowed, address);
  }
}

/** Whether an address is the machine's own. */
export function isLoopbackAddress(address: string): boolean {
  const plain = plainAddress(address);
  return plain !== undefined && (plain === "::1" || plain.startsWith("127."));
}

/**
 * What limits count by: an IPv4 address, or the network of an IPv6 address, since whoever has one of those has 2^64
 * addresses.
 */
export function clientKey(address: string): string {
  const plain = plainAddress(address);
  if (plain === undefined || isIP(plain) !== 6) return plain ?? address;
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = tail === undefined
    ? before
    : [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

function notAllowed(address: string): string {
  return `Cannot answer ${address}: it is in none of server.allowed_networks`;
}

function notBelieved(proxy: string): string {
  return `Cannot tell the clients of the proxy at ${proxy} apart, and none of them is taken for this machine: set ` +
    `server.trusted_proxies = ["${proxy}"], and let the proxy send X-Forwarded-For`;
}

/** In the shortest form, without a zone; undefined: it is no address. */
function plainAddress(address: string): string | undefined {
  const bare = address.split("%")[0] ?? "";
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) !== 6) return undefined;
  const shortest = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest);
  if (!mapped) return shortest;
  const bits = [mapped[1], mapped[2]].map((group) => parseInt(group ?? "0", 16));
  return bits.flatMap((group) => [group >> 8, group & 0xff]).join(".");
}

/** `192.0.2.1:80` and `[2001:db8::1]:80` as some proxies write them. */
function withoutPort(text: string): string {
  return /^\[(.*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) add(list, network);
  return list;
}

function add(list: BlockList, network: string): void {
  const [written = "", bits] = network.split("/");
  const address = plainAddress(written);
  if (address === undefined) throw new Error(`Cannot read network "${network}": expected one such as 192.168.8.0/24`);
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (bits === undefined) return list.addAddress(address, family);
  // A mapped network counts its bits from the start of IPv6.
  const length = family === "ipv4" && written.includes(":") ? Number(bits) - 96 : Number(bits);
  const most = family === "ipv4" ? 32 : 128;
  if (!/^\d+$/.test(bits) || length < 0 || length > most) {
    throw new Error(`Cannot read network "${network}": expected one such as 192.168.8.0/24`);
  }
  list.addSubnet(address, length, family);
}
