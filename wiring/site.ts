import { systemClock } from "../lib/base/mod.ts";
import type { Configuration } from "../lib/config/mod.ts";
import type { ServeOptions } from "../lib/cli/mod.ts";
import {
  type Alert,
  type AlertBook,
  type Audit,
  type CoachMapping,
  type CoreServices,
  type FeatureManager,
  healthOf,
  Metrics,
  type Recording,
  version,
} from "../lib/core/mod.ts";
import {
  type Accounts,
  ConfigurationServices,
  createApp,
  DiscoveryServices,
  HubServices,
  loadAssets,
  MappingServices,
  ProgramServices,
  StorageServices,
  type WebApp,
  WebServer,
} from "../lib/http/mod.ts";
import type { Hub } from "../lib/hub/mod.ts";
import type { ShownView } from "../lib/wire/mod.ts";
import { routes } from "../routes/mod.ts";
import type { CoachParts } from "./parts.ts";
import { problemsOf } from "./problems.ts";
import { listeningOf, serverSafety } from "./listening.ts";
import { siteFolder } from "./surroundings.ts";

export interface Site {
  readonly services: HubServices;
  readonly server: WebServer;
  readonly metrics: Metrics;
  /** What is wrong now. */
  problems(): readonly Alert[];
}

/** Everything the site tells of. */
export interface SiteParts extends CoachParts {
  readonly hub: Hub;
  readonly mapping: CoachMapping;
  readonly recording: Recording;
  readonly audit: Audit;
  readonly alerts: AlertBook;
  readonly features: FeatureManager;
  readonly core: () => CoreServices | undefined;
  /** Absent: accounts are off. */
  readonly accounts: Accounts | undefined;
}

/** What is told of the coach in the moment before the database is read. */
const notReady = { id: "", name: "CoachIQ", areas: {} };

export function makeSite(options: ServeOptions, parts: SiteParts): Site {
  const { host, port } = options;
  const { surroundings, logging, mapping, hub, storage, configuration } = parts;
  const logger = logging.of("http");
  const startedMs = systemClock.monotonicMs();
  const services = makeServices(parts, startedMs);
  const config = new ConfigurationServices({ configuration });
  const place: { app?: WebApp } = {};
  const sockets = () => place.app?.feed.status() ?? { clients: 0, behind: 0, kept: 0, dropped: 0 };
  const core = () => parts.core()?.views() ?? [];
  const metrics = new Metrics({
    hub,
    store: storage.store,
    core,
    features: () => parts.features.views(),
    sockets,
    freeBytes: () => storage.backups.freeBytes(),
    ...(storage.cardSync ? { card: storage.cardSync } : {}),
    version,
    clock: systemClock,
  });
  const app = createApp({
    services,
    database: new StorageServices({ storage }),
    coach: new MappingServices({ mapping, discovery: new DiscoveryServices({ hub }) }),
    config,
    system: new ProgramServices({
      ...parts,
      core,
      services,
      metrics,
      config,
      mapping: () => mapping.isReady ? mapping.effective() : undefined,
      sockets,
      clock: systemClock,
      startedMs,
    }),
    assets: loadAssets(siteFolder(surroundings)),
    routes,
    clock: systemClock,
    logger,
    listening: listeningOf(configuration.effective.server),
    ...(parts.accounts ? { accounts: parts.accounts } : {}),
  });
  place.app = app;
  return {
    services,
    metrics,
    problems: () => problemsOf({ ...parts, core: parts.core() }),
    server: new WebServer(app, { hostname: host, port, logger, ...serverSafety(configuration.effective.server) }),
  };
}

function makeServices(parts: SiteParts, startedMs: number): HubServices {
  const { hub, mapping, recording, buses } = parts;
  const simulated = buses.simulate !== undefined;
  const coach = () => mapping.isReady ? mapping.effective() : notReady;
  return new HubServices({
    hub,
    clock: systemClock,
    coach: () => {
      const { id, name, areas } = coach();
      return { id, name, areas, shown: shownOf(parts.configuration) };
    },
    names: () => parts.configuration.effective.preferences.names,
    recording,
    simulated,
    health: () => {
      const { safeReason } = hub;
      const health = healthOf(hub, {
        uptimeS: (systemClock.monotonicMs() - startedMs) / 1000,
        problems: problemsOf({ ...parts, core: parts.core() }).map(({ priority, what, todo }) => ({
          priority,
          what,
          todo,
        })),
      });
      const { id, name } = coach();
      return {
        ...health,
        ...(safeReason === undefined ? {} : { status: "failed" as const }),
        version,
        simulated,
        coach: { id, name },
      };
    },
  });
}

/** How the owner wants to see things. */
function shownOf({ effective: { preferences } }: Configuration): ShownView {
  const { group_by: groupBy, show_percentage: showPercentage, temperature_unit: unit } = preferences;
  return {
    groupBy,
    showPercentage,
    ...(unit === undefined ? {} : { temperature: unit === "celsius" ? "C" : "F" }),
  };
}
