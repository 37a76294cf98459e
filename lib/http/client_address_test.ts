import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert";
import fc from "fast-check";
import { clientKey, isLoopbackAddress, NetworkRules } from "./client_address.ts";

const rules = new NetworkRules({
  allowedNetworks: ["192.168.8.0/24", "2001:db8:1::/48", "10.9.9.9"],
  trustedProxies: ["127.0.0.1", "192.168.8.2", "fd00::/8"],
});

/** Other end, X-Forwarded-For, who it is; undefined: refused. */
const table: readonly (readonly [peer: string, forwarded: string | undefined, client: string | undefined])[] = [
  ["127.0.0.1", undefined, "127.0.0.1"],
  ["127.9.9.9", undefined, "127.9.9.9"],
  ["::1", undefined, "::1"],
  ["::ffff:127.0.0.1", undefined, "127.0.0.1"],
  ["192.168.8.20", undefined, "192.168.8.20"],
  ["::ffff:192.168.8.20", undefined, "192.168.8.20"],
  ["::ffff:c0a8:814", undefined, "192.168.8.20"],
  ["10.9.9.9", undefined, "10.9.9.9"],
  ["10.9.9.8", undefined, undefined],
  ["2001:db8:1:5::7", undefined, "2001:db8:1:5::7"],
  ["2001:db8:2::7", undefined, undefined],
  ["fe80::1%wlan0", undefined, undefined],
  ["192.168.9.1", undefined, undefined],
  // A stranger's word does not count.
  ["192.168.9.1", "192.168.8.20", undefined],
  ["192.168.9.1", "127.0.0.1", undefined],
  ["192.168.8.20", "192.168.8.21", "192.168.8.20"],
  // A proxy on this machine whose word does not count is not the machine.
  ["::1", "192.168.8.21", undefined],
  ["127.0.0.2", "127.0.0.1", undefined],
  // A trusted proxy's does.
  ["127.0.0.1", "192.168.8.21", "192.168.8.21"],
  ["127.0.0.1", "192.168.9.1", undefined],
  ["127.0.0.1", "192.168.8.21:5151", "192.168.8.21"],
  ["127.0.0.1", "[2001:db8:1::9]:5151", "2001:db8:1::9"],
  ["::ffff:127.0.0.1", "::ffff:192.168.8.21", "192.168.8.21"],
  ["fd00::2", "192.168.8.21", "192.168.8.21"],
  // The last that is not a proxy; what stands before it may be invented.
  ["127.0.0.1", "192.168.8.99, 192.168.8.21", "192.168.8.21"],
  ["127.0.0.1", "192.168.8.99, 192.168.9.1", undefined],
  ["127.0.0.1", "127.0.0.1, 192.168.9.1", undefined],
  ["127.0.0.1", "192.168.8.21, 192.168.8.2", "192.168.8.21"],
  ["127.0.0.1", "192.168.8.2", "192.168.8.2"],
  // The machine itself may always, but not through a proxy.
  ["127.0.0.1", "127.0.0.1", undefined],
  // What is no address is nobody.
  ["127.0.0.1", "unknown", undefined],
  ["127.0.0.1", "", undefined],
  ["127.0.0.1", "192.168.8.21, <script>", undefined],
  ["no address", undefined, undefined],
];

for (const [peer, forwarded, client] of table) {
  const through = forwarded === undefined ? "" : ` with X-Forwarded-For ${JSON.stringify(forwarded)}`;
  Deno.test(`NetworkRules: ${peer}${through} is ${client ?? "refused"}`, () => {
    const headers = new Headers(forwarded === undefined ? {} : { "x-forwarded-for": forwarded });
    const found = rules.resolve(peer, headers, { overTls: false });
    strictEqual("refused" in found ? undefined : found.remoteAddress, client);
    if (!("refused" in found)) strictEqual(found.isMachine, forwarded === undefined && isLoopbackAddress(peer));
  });
}

const schemes: readonly (readonly [peer: string, headers: Record<string, string>, tls: boolean, secure: boolean])[] = [
  ["192.168.8.20", {}, false, false],
  ["192.168.8.20", {}, true, true],
  ["192.168.8.20", { "x-forwarded-proto": "https" }, false, false],
  ["127.0.0.1", { "x-forwarded-for": "192.168.8.20", "x-forwarded-proto": "https" }, false, true],
  ["127.0.0.1", { "x-forwarded-for": "192.168.8.20", "x-forwarded-proto": "https, HTTP" }, false, false],
  ["127.0.0.1", { "x-forwarded-for": "192.168.8.20" }, true, false],
];

for (const [peer, headers, overTls, secure] of schemes) {
  const how = `${peer} with ${JSON.stringify(headers)}${overTls ? " over TLS" : ""}`;
  Deno.test(`NetworkRules: ${how} is ${secure ? "secure" : "not secure"}`, () => {
    const found = rules.resolve(peer, new Headers(headers), { overTls });
    ok(!("refused" in found));
    strictEqual(found.isSecure, secure);
  });
}

Deno.test("NetworkRules without allowed networks allow every address", () => {
  const open = new NetworkRules({ allowedNetworks: [], trustedProxies: [] });
  for (const peer of ["203.0.113.1", "2001:db8::1", "127.0.0.1"]) {
    const found = open.resolve(peer, new Headers(), { overTls: false });
    deepStrictEqual(found, { remoteAddress: peer, isSecure: false, isMachine: peer === "127.0.0.1" });
  }
});

for (const name of ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded"]) {
  Deno.test(`NetworkRules: what carries ${name} is not of this machine, and the log says what to configure`, () => {
    const open = new NetworkRules({ allowedNetworks: [], trustedProxies: [] });
    const found = open.resolve("::ffff:127.0.0.1", new Headers({ [name]: "10.0.0.1" }), { overTls: false });
    ok(!("refused" in found));
    const { warning = "", ...client } = found;
    deepStrictEqual(client, { remoteAddress: "127.0.0.1", isSecure: false, isMachine: false });
    match(warning, /server\.trusted_proxies = \["127\.0\.0\.1"\]/);
    const closed = rules.resolve("::1", new Headers({ [name]: "10.0.0.1" }), { overTls: false });
    match("refused" in closed ? closed.refused : "", /server\.trusted_proxies = \["::1"\]/);
    const other = open.resolve("192.168.8.20", new Headers({ [name]: "10.0.0.1" }), { overTls: false });
    deepStrictEqual(other, { remoteAddress: "192.168.8.20", isSecure: false, isMachine: false });
  });
}

Deno.test("NetworkRules: a trusted proxy that names no client is not the machine either", () => {
  const found = rules.resolve("127.0.0.1", new Headers({ forwarded: "for=192.168.8.21" }), { overTls: false });
  deepStrictEqual("refused" in found, true);
});

Deno.test("NetworkRules never throw, whatever a proxy says, and never take a stranger for the machine", () => {
  const anything = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constant("127.0.0.1"));
  fc.assert(fc.property(fc.array(anything, { maxLength: 5 }), fc.ipV4(), (parts, peer) => {
    const headers = new Headers();
    try {
      headers.set("x-forwarded-for", parts.join(","));
    } catch {
      // No header can carry this.
      return;
    }
    for (const from of [peer, "192.168.8.2"]) {
      const found = rules.resolve(from, headers, { overTls: false });
      if (!("refused" in found) && !isLoopbackAddress(from)) strictEqual(found.isMachine, false);
    }
  }));
});

for (const bad of ["", "coach", "192.168.8.0/33", "192.168.8.0/x", "2001:db8::/129", "192.168.8"]) {
  Deno.test(`NetworkRules refuse the network ${JSON.stringify(bad)}`, () => {
    throws(
      () => new NetworkRules({ allowedNetworks: [bad], trustedProxies: [] }),
      /Cannot read network ".*": expected/,
    );
  });
}

const keys: readonly (readonly [address: string, key: string])[] = [
  ["192.168.8.20", "192.168.8.20"],
  ["::ffff:192.168.8.20", "192.168.8.20"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["fe80::1%wlan0", "fe80:0:0:0::/64"],
  ["unknown", "unknown"],
];

for (const [address, key] of keys) {
  Deno.test(`clientKey() of ${address} is ${key}`, () => strictEqual(clientKey(address), key));
}
