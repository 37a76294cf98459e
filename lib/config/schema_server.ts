import { z } from "zod";
import { key } from "./schema_key.ts";

/** An address of the machine or a name, as `listen` takes it. */
const host = z.string().regex(/^[A-Za-z0-9:.-]{1,253}$/);
const hostName = z.string().regex(/^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,10}$/);
/** An address with an optional number of leading bits. */
const network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]);
const origin = z.string().regex(/^https?:\/\/[a-z0-9.-]{1,253}(:[0-9]{1,5})?$/);
const absolutePath = z.string().regex(/^\/[^\0]{1,1000}$/);

/** How the site is reached. */
export const serverSection = z.strictObject({
  host: key(host.default("127.0.0.1"), {
    doc: "Address to listen on. `0.0.0.0` is every IPv4 address of the machine, `::` every address.",
    who: "owner",
    reload: "restart",
    expected: "an address such as 127.0.0.1",
  }),
  port: key(z.int().min(1).max(65535).default(8080), {
    doc: "Port to listen on.",
    who: "owner",
    reload: "restart",
  }),
  public_url: key(z.string().regex(/^https?:\/\/[a-z0-9.-]{1,253}(:[0-9]{1,5})?\/?$/).optional(), {
    doc: "Address under which phones reach the site where that is not the machine's own, for example behind a proxy. " +
      "Links in mails begin with it, and the site answers to its name.",
    who: "owner",
    reload: "restart",
    expected: "an address such as https://coach.example.net",
  }),
  allowed_hosts: key(z.array(hostName).max(32).default([]), {
    doc: "Names that the site answers to besides addresses and the names of a home network (`coach`, `coach.local`, " +
      "`coach.lan`). A request with any other name in `Host` is turned away.",
    who: "owner",
    reload: "restart",
    expected: "a list of names such as coach.example.net",
  }),
  allowed_networks: key(z.array(network).max(64).default([]), {
    doc: "Networks from which the site may be used; the machine itself always may. An empty list allows every network.",
    who: "owner",
    reload: "restart",
    expected: "a list of networks such as 192.168.8.0/24",
  }),
  trusted_proxies: key(z.array(network).max(16).default([]), {
    doc: "Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. From anybody else both are ignored.",
    who: "installer",
    reload: "restart",
    expected: "a list of addresses or networks such as 127.0.0.1",
  }),
  cors_origins: key(z.array(origin).max(16).default([]), {
    doc: "Other sites whose pages may call the API from a browser. An empty list allows none.",
    who: "installer",
    reload: "restart",
    expected: "a list of sites such as https://panel.example.net",
  }),
  tls_certificate_file: key(absolutePath.optional(), {
    doc: "File with the certificate chain (PEM). With `server.tls_key_file` the site is served by HTTPS.",
    who: "installer",
    reload: "restart",
    expected: "an absolute path",
  }),
  tls_key_file: key(absolutePath.optional(), {
    doc: "File with the private key of the certificate (PEM).",
    who: "installer",
    reload: "restart",
    expected: "an absolute path",
  }),
  debug: key(z.boolean().default(false), {
    doc: "Logs everything, as if `logging.level` and every `logging.areas` were `debug`. For finding a fault.",
    who: "owner",
    reload: "live",
  }),
}).prefault({});
