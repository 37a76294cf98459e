import type { Configuration } from "../lib/config/mod.ts";
import type { Feature, RunningFeature } from "../lib/core/mod.ts";

/** A part that other parts ask whether it runs. */
const asked: RunningFeature = { stop: () => Promise.resolve() };
const comesLater = "this version does not have it yet";

/** The optional features, DESIGN section 7; accounts come with their own start and stop. */
export function programFeatures(accounts: Pick<Feature, "start"> | undefined): readonly Feature[] {
  return [
    {
      name: "authentication",
      title: "Accounts",
      description: "Accounts: who may look, command and change.",
      safetyClass: "critical",
      dependsOn: [],
      needsSchema: "0008_accounts",
      switchable: false,
      start: accounts?.start ?? (() => Promise.resolve(asked)),
    },
    {
      name: "j1939",
      title: "J1939",
      description: "Engine and chassis messages (SAE J1939).",
      safetyClass: "operational",
      dependsOn: [],
      switchable: false,
      start: () => Promise.resolve(asked),
    },
    {
      name: "api_docs",
      title: "API page",
      description: "The page that explains the API, at /api/docs.",
      safetyClass: "maintenance",
      dependsOn: [],
      start: () => Promise.resolve(asked),
    },
    later("notifications", { description: "Alerts by mail." }),
    later("system_analytics", { description: "Load, temperature, rates and errors over time." }),
    later("predictive_maintenance", { description: "Hours and cycles, and what is due." }),
    later("firefly", { description: "What Firefly controllers do beyond RV-C." }),
    later("spartan_k2", { title: "Spartan K2", description: "Messages of Spartan K2 chassis." }),
    later("mqtt", { title: "MQTT", description: "States on an MQTT server." }),
  ];
}

function later(name: string, words: Pick<Feature, "title" | "description">): Feature {
  return {
    name,
    ...words,
    safetyClass: "maintenance",
    dependsOn: [],
    unavailable: comesLater,
    start: () => Promise.reject(new Error(comesLater)),
  };
}

/** Whether the configuration switches a feature on. */
export function isFeatureEnabled(configuration: Configuration, name: string): boolean {
  const features: Readonly<Record<string, { readonly enabled: boolean }>> = configuration.effective.features;
  return features[name]?.enabled ?? false;
}
