import { systemClock } from "../lib/base/mod.ts";
import { CliError, isLoopback } from "../lib/cli/mod.ts";
import type { EffectiveConfig } from "../lib/config/mod.ts";
import { NetworkRules, RequestLimits, type WebAppOptions, type WebServerOptions } from "../lib/http/mod.ts";
import { messageOf } from "./surroundings.ts";

type ServerConfig = EffectiveConfig["server"];

/** Names and sites that the site answers to. */
export function listeningOf(server: ServerConfig): WebAppOptions["listening"] {
  const { host, allowed_hosts: hostNames, public_url: publicUrl, cors_origins: corsOrigins } = server;
  return {
    loopbackOnly: isLoopback(host),
    hostNames: [...hostNames, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])],
    corsOrigins,
  };
}

/** Who may reach the server, how much they may ask, and by which certificate. @throws {CliError} */
export function serverSafety(server: ServerConfig): Pick<WebServerOptions, "networks" | "limits" | "tls"> {
  const { allowed_networks: allowedNetworks, trusted_proxies: trustedProxies } = server;
  const { tls_certificate_file: certificate, tls_key_file: key } = server;
  if ((certificate === undefined) !== (key === undefined)) {
    throw new CliError("Cannot serve HTTPS: server.tls_certificate_file and server.tls_key_file go together");
  }
  return {
    networks: new NetworkRules({ allowedNetworks, trustedProxies }),
    limits: new RequestLimits({ clock: systemClock }),
    ...(certificate === undefined || key === undefined
      ? {}
      : { tls: { certificate: readPem(certificate), key: readPem(key) } }),
  };
}

function readPem(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new CliError(`Cannot read the certificate or key "${path}": ${messageOf(cause)}`, { cause });
  }
}
