import {
  type Alert,
  busProblems,
  type CoachMapping,
  type CoreServices,
  type FeatureManager,
  type Logging,
  type ServiceProblem,
  type Storage,
} from "../lib/core/mod.ts";
import type { Hub } from "../lib/hub/mod.ts";

/**
 * Everything that is wrong now, each with its weight and the name under which its alert is raised: 1 for the core and
 * for a coach that no bus reaches, 2 and 3 for the rest, features by their safety class.
 */
export function problemsOf(parts: {
  readonly core: CoreServices | undefined;
  readonly features: FeatureManager;
  readonly storage: Storage;
  readonly mapping: CoachMapping;
  readonly logging: Logging;
  readonly hub: Hub;
}): readonly Alert[] {
  const { core, features, storage, mapping, logging, hub } = parts;
  return [
    ...weighed("core", 1, core?.problems() ?? []),
    ...features.problems().map(({ feature, ...alert }) => ({ id: `feature.${feature}`, ...alert })),
    ...weighed("storage", 2, storage.problems()),
    ...weighed("coach", 2, mapping.problems()),
    ...weighed("log", 3, logging.problems()),
    ...busProblems(hub).problems.flatMap(({ priority, ...problem }) => weighed("can", priority, [problem])),
  ];
}

/** One name per thing that is wrong, whatever numbers are in its words. */
function weighed(group: string, priority: Alert["priority"], problems: readonly ServiceProblem[]): readonly Alert[] {
  return problems.map(({ what, todo }) => {
    // Counts change; the number of an interface does not.
    const words = what.toLowerCase().replaceAll(/(?<![a-z])\d+/g, "").replaceAll(/[^a-z0-9]+/g, "-").slice(0, 60);
    return { id: `${group}.${words}`, priority, what, todo };
  });
}
