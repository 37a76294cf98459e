import { updatePoints } from "../../lib/update/mod.ts";
import { type CardScenario, cardScenarios } from "./card_parts.ts";
import { configScenarios } from "./config_steps.ts";
import { mappingScenarios } from "./mapping_steps.ts";
import { type StorageScenario, storageScenarios } from "./parts.ts";
import { SeededRandom } from "./random.ts";

/** What is done to the owner's work: configuration, profiles, the coach's mapping. */
export const ownerScenarios = [...configScenarios, ...mappingScenarios] as const;
type OwnerScenario = typeof ownerScenarios[number];
export type Scenario = StorageScenario | CardScenario | OwnerScenario;
/** What is done to the databases, on a disk and in memory with copies on a card. */
export const databaseScenarios: readonly Scenario[] = [...storageScenarios, ...cardScenarios];
export const scenarios: readonly Scenario[] = [...databaseScenarios, ...ownerScenarios];

/** One kill, all of it decided by its seed and by the scenarios that there are. */
export interface KillPlan {
  readonly seed: number;
  readonly scenario: Scenario;
  /** Point at which the process kills itself; `-`: it is killed after `delayMs`. */
  readonly point: string;
  /** After it said that it is ready; negative: that long before, during its start. */
  readonly delayMs: number;
}

type Points = (random: SeededRandom) => string;

const oneOf = (points: readonly string[]): Points => (random) => random.pick(points);
const beforeImport = oneOf(["space", "backup", "proof"]);
/** Calls of the file system: a change is made of eight to twelve of them. */
const call: Points = (random) => `call:${1 + random.integer(120)}`;
/** Statements that write: a change is made of some, an import of a hundred. */
const statement: Points = (random) => `statement:${1 + random.integer(150)}`;

const pointOf: Readonly<Partial<Record<Scenario, Points>>> = {
  update: oneOf(updatePoints),
  restore: oneOf(["space", "backup", "proof", "copy", "beforeSwap", "logFolded", "linked", "swapped", "reopened"]),
  backup: beforeImport,
  dryRun: oneOf(["migrate"]),
  configSaves: call,
  profileSwitches: call,
  mappingImports: (random) => random.next() < 0.2 ? beforeImport(random) : statement(random),
  mappingUndos: statement,
};

/** Longest life of a process, ms: states are due after a second, the rest is over sooner. */
const longestMs: Readonly<Record<Scenario, number>> = {
  entityWrites: 1600,
  historyWrites: 200,
  settings: 200,
  backup: 300,
  dryRun: 200,
  update: 350,
  restore: 400,
  retention: 200,
  stop: 60,
  syncs: 250,
  configSaves: 150,
  profileSwitches: 150,
  mappingImports: 400,
  mappingUndos: 150,
};

/** How often a process kills itself at a point, where it has any. */
const atPoint = { storage: 0.4, owner: 0.6 } as const;

export function planKill(seed: number, among: readonly Scenario[] = scenarios): KillPlan {
  const random = new SeededRandom(seed);
  const scenario = random.pick(among);
  const points = pointOf[scenario];
  const share = atPoint[isOwners(scenario) ? "owner" : "storage"];
  const point = points && random.next() < share ? points(random) : "-";
  const delayMs = random.next() < 0.08 ? -random.integer(80) - 1 : random.integer(longestMs[scenario]);
  return { seed, scenario, point, delayMs };
}

function isOwners(scenario: Scenario): scenario is OwnerScenario {
  return ownerScenarios.some((one) => one === scenario);
}
