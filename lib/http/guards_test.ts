import { strictEqual } from "node:assert";
import { isKnownHost, isSameOrigin } from "./guards.ts";

const hosts: readonly (readonly [host: string | null, loopback: boolean, network: boolean])[] = [
  ["localhost:8080", true, true],
  ["127.0.0.1", true, true],
  ["[::1]:8080", true, true],
  ["coach.localhost", true, true],
  ["192.168.1.20:8080", false, true],
  ["coachiq", false, true],
  ["coachiq.local:8080", false, true],
  ["coachiq.home.arpa", false, true],
  ["[fe80::1]", false, true],
  ["evil.example", false, false],
  ["127.0.0.1.evil.example", false, false],
  ["localhost.evil.example", false, false],
  ["a b", false, false],
  ["", false, false],
  [null, false, false],
];

for (const [host, loopback, network] of hosts) {
  Deno.test(`isKnownHost() of ${JSON.stringify(host)} is ${loopback} on loopback and ${network} in a network`, () => {
    strictEqual(isKnownHost(host, { loopbackOnly: true }), loopback);
    strictEqual(isKnownHost(host, { loopbackOnly: false }), network);
  });
}

Deno.test("isKnownHost() takes names that were named", () => {
  strictEqual(isKnownHost("coach.example.net:443", { loopbackOnly: false, hostNames: ["coach.example.net"] }), true);
});

const origins: readonly (readonly [headers: Record<string, string>, expected: boolean])[] = [
  [{ host: "coach:8080" }, true],
  [{ host: "coach:8080", origin: "http://coach:8080" }, true],
  [{ host: "coach", origin: "https://coach" }, true],
  [{ host: "coach:8080", origin: "http://coach:9090" }, false],
  [{ host: "coach:8080", origin: "http://evil.example" }, false],
  [{ host: "coach:8080", origin: "null" }, false],
  [{ host: "coach:8080", "sec-fetch-site": "cross-site" }, false],
];

for (const [headers, expected] of origins) {
  Deno.test(`isSameOrigin() of ${JSON.stringify(headers)} is ${expected}`, () => {
    strictEqual(isSameOrigin(new Headers(headers)), expected);
  });
}

const listed = { corsOrigins: ["https://panel.example.net"] };
const bearer = { authorization: "Bearer secret" };

const foreign: readonly (readonly [headers: Record<string, string>, expected: boolean])[] = [
  [{ origin: "https://panel.example.net", ...bearer }, true],
  [{ origin: "https://panel.example.net" }, false],
  [{ origin: "https://panel.example.net", authorization: "Basic eDp5" }, false],
  [{ origin: "https://panel.example.net", authorization: "Bearer " }, false],
  [{ origin: "https://panel.example.net", cookie: "session=1", ...bearer }, false],
  [{ origin: "http://panel.example.net", ...bearer }, false],
  [{ origin: "https://panel.example.net:8443", ...bearer }, false],
  [{ origin: "https://evil.panel.example.net", ...bearer }, false],
  [{ origin: "null", ...bearer }, false],
  [{ origin: "http://coach:8080", cookie: "session=1" }, true],
];

for (const [headers, expected] of foreign) {
  Deno.test(`isSameOrigin() with a listed site, of ${JSON.stringify(headers)}, is ${expected}`, () => {
    strictEqual(isSameOrigin(new Headers({ host: "coach:8080", ...headers }), listed), expected);
  });
}
