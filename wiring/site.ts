import { type Logger, systemClock } from "../lib/base/mod.ts";
import { isLoopback, type ServeOptions } from "../lib/cli/mod.ts";
import { type CoachMapping, healthOf, type Recording, type Storage, version } from "../lib/core/mod.ts";
import {
  AbsentConfig,
  createApp,
  DiscoveryServices,
  HubServices,
  loadAssets,
  MappingServices,
  StorageServices,
  WebServer,
} from "../lib/http/mod.ts";
import type { Hub } from "../lib/hub/mod.ts";
import { routes } from "../routes/mod.ts";
import { siteFolder, type Surroundings } from "./surroundings.ts";

/** Why a server on this address shows but does not change; nothing: it may. */
export function readOnlyReason(host: string): { readonly readOnlyBecause?: string } {
  if (isLoopback(host)) return {};
  return {
    readOnlyBecause:
      "This server can be reached from the network and has no accounts, so it shows the coach and changes nothing.",
  };
}

export interface Site {
  readonly services: HubServices;
  readonly server: WebServer;
}

/** What is told of the coach in the moment before the database is read. */
const notReady = { id: "", name: "CoachIQ", areas: {} };

export function makeSite(options: ServeOptions, parts: {
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  readonly mapping: CoachMapping;
  readonly hub: Hub;
  readonly storage: Storage;
  readonly recording: Recording;
  readonly simulated: boolean;
}): Site {
  const { host, port } = options;
  const { surroundings, logger, mapping, hub, storage, recording, simulated } = parts;
  const coach = () => mapping.isReady ? mapping.effective() : notReady;
  const startedMs = systemClock.monotonicMs();
  const services = new HubServices({
    hub,
    clock: systemClock,
    coach: () => {
      const { id, name, areas } = coach();
      return { id, name, areas };
    },
    recording,
    simulated,
    health: () => ({
      ...healthOf(hub, {
        uptimeS: (systemClock.monotonicMs() - startedMs) / 1000,
        problems: [...storage.problems(), ...mapping.problems()],
      }),
      version,
      simulated,
      coach: { id: coach().id, name: coach().name },
    }),
    ...readOnlyReason(host),
  });
  const app = createApp({
    services,
    database: new StorageServices({ storage, ...readOnlyReason(host) }),
    coach: new MappingServices({
      mapping,
      discovery: new DiscoveryServices({ hub, ...readOnlyReason(host) }),
      ...readOnlyReason(host),
    }),
    config: new AbsentConfig("not ready"),
    assets: loadAssets(siteFolder(surroundings)),
    routes,
    clock: systemClock,
    logger,
    listening: { loopbackOnly: isLoopback(host) },
  });
  return { services, server: new WebServer(app, { hostname: host, port, logger }) };
}
