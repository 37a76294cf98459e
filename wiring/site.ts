import { type Logger, systemClock } from "../lib/base/mod.ts";
import { isLoopback, type ServeOptions } from "../lib/cli/mod.ts";
import type { CoachModel } from "../lib/coach/mod.ts";
import { healthOf, type Recording, type Storage, version } from "../lib/core/mod.ts";
import {
  AbsentCoach,
  AbsentConfig,
  createApp,
  HubServices,
  loadAssets,
  StorageServices,
  WebServer,
} from "../lib/http/mod.ts";
import type { Hub } from "../lib/hub/mod.ts";
import type { Protocol } from "../lib/protocol/mod.ts";
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

export function makeSite(options: ServeOptions, parts: {
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  readonly protocol: Protocol;
  readonly model: CoachModel;
  readonly hub: Hub;
  readonly storage: Storage;
  readonly recording: Recording;
  readonly simulated: boolean;
}): Site {
  const { host, port } = options;
  const { surroundings, logger, protocol, model, hub, storage, recording, simulated } = parts;
  const coach = { id: model.id, name: model.name, areas: model.areas };
  const startedMs = systemClock.monotonicMs();
  const services = new HubServices({
    hub,
    clock: systemClock,
    protocol,
    coach: () => coach,
    recording,
    simulated,
    health: () => ({
      ...healthOf(hub, {
        uptimeS: (systemClock.monotonicMs() - startedMs) / 1000,
        problems: storage.problems(),
      }),
      version,
      simulated,
      coach: { id: model.id, name: model.name },
    }),
    ...readOnlyReason(host),
  });
  const app = createApp({
    services,
    database: new StorageServices({ storage, ...readOnlyReason(host) }),
    coach: new AbsentCoach("not ready"),
    config: new AbsentConfig("not ready"),
    assets: loadAssets(siteFolder(surroundings)),
    routes,
    clock: systemClock,
    logger,
    listening: { loopbackOnly: isLoopback(host) },
  });
  return { services, server: new WebServer(app, { hostname: host, port, logger }) };
}
