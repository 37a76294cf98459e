import { checkExtensions } from "./check_extensions.ts";
import { checkSensors } from "./check_sensors.ts";
import type { CoachModel, EntityDefinition } from "./definition.ts";
import { nearestKey } from "./known_keys.ts";
import type { KnownMessages } from "./known_messages.ts";
import { isGroup, outputsOf, pairsOf, sourcesOf } from "./outputs.ts";
import { pulseProblem } from "./pulse.ts";
import type { PathProblem } from "./schema_problems.ts";

export interface CrossCheckOptions {
  /** Where an entity stands, put behind its name in a sentence, such as ` on line 7`; empty: it needs none. */
  readonly placeOf: (index: number) => string;
  /** The standards' messages; absent: sensors are not checked. */
  readonly messages?: KnownMessages | undefined;
}

type Report = (path: readonly PropertyKey[], text: string) => void;

/**
 * What no single field can show: ids, areas, outputs driven twice, pairs of one instance, messages that do not exist; and
 * what older mappings may have and no new one: outputs that are all at once, starters that stay on.
 */
export function crossCheck(model: CoachModel, options: CrossCheckOptions): readonly PathProblem[] {
  const problems: PathProblem[] = [];
  const report: Report = (path, text) => problems.push({ path, text });
  const ids = new Map<string, number>();
  model.entities.forEach((entity, i) => {
    const first = ids.get(entity.id);
    if (first === undefined) ids.set(entity.id, i);
    else {
      const text = `is "${entity.id}", which the entity${options.placeOf(first)} has already, expected another`;
      report(["entities", i, "id"], text);
    }
    if (!Object.hasOwn(model.areas, entity.area)) {
      report(["entities", i, "area"], areaText(entity.area, Object.keys(model.areas)));
    }
    for (const { pair, path } of pairsOf(entity)) {
      if (pair.forward === pair.reverse) {
        report(["entities", i, ...path, "reverse"], `is ${pair.reverse}, like forward, expected another instance`);
      }
    }
  });
  checkOutputs(model.entities, { report, placeOf: options.placeOf });
  checkSources(model.entities, { report, placeOf: options.placeOf });
  const reportKept: Report = (path, text) => problems.push({ path, text, isKept: true });
  checkInstances(model.entities, reportKept);
  checkPulses(model.entities, reportKept);
  checkGroups(model.entities, { report: reportKept, placeOf: options.placeOf });
  problems.push(...checkExtensions(model, options.messages));
  if (options.messages) problems.push(...checkSensors(model, options.messages));
  return problems;
}

function areaText(area: string, known: readonly string[]): string {
  const near = nearestKey(area, known);
  const wanted = near === undefined ? `expected one of ${known.join(", ")}` : `did you mean "${near}"?`;
  return `is "${area}", which is no area of the model, ${wanted}`;
}

interface ClashOptions {
  readonly report: Report;
  readonly placeOf: CrossCheckOptions["placeOf"];
}

/** Two entities that drive one output would fight over it, unless one of them says that it is a group. */
function checkOutputs(entities: readonly EntityDefinition[], options: ClashOptions): void {
  const owners = new Map<string, number>();
  const drive = (entity: EntityDefinition, i: number) => {
    for (const { output, path } of outputsOf(entity)) {
      const owner = owners.get(output);
      if (owner === undefined) owners.set(output, i);
      else {
        const other = entities[owner];
        // A group may share lights and switches, never a motor, a heater or a starter.
        if (other && isGroup(entity) && (other.kind === "light" || other.kind === "switch")) continue;
        const which = owner === i ? "twice by this entity" : `by "${other?.id}"${options.placeOf(owner)} too`;
        options.report(
          ["entities", i, ...path],
          `${output} is driven ${which}, expected one owner (a named set of lights says "group: true")`,
        );
      }
    }
  };
  entities.forEach((entity, i) => !isGroup(entity) && drive(entity, i));
  entities.forEach((entity, i) => isGroup(entity) && drive(entity, i));
}

/** Two entities that show one and the same thing of the coach: one of their instances is wrong. */
function checkSources(entities: readonly EntityDefinition[], options: ClashOptions): void {
  const owners = new Map<string, number>();
  entities.forEach((entity, i) => {
    for (const { output: source, path } of sourcesOf(entity)) {
      const owner = owners.get(source);
      if (owner === undefined) owners.set(source, i);
      else {
        const other = `"${entities[owner]?.id}"${options.placeOf(owner)}`;
        options.report(["entities", i, ...path], `${source} is shown by ${other} too, expected another instance`);
      }
    }
  });
}

function checkInstances(entities: readonly EntityDefinition[], report: Report): void {
  entities.forEach((entity, i) => {
    for (const { output, path, isAll } of outputsOf(entity)) {
      if (isAll) {
        report(["entities", i, ...path], `${output} means all of them at once, expected an instance from 1 on`);
      }
    }
  });
}

function checkPulses(entities: readonly EntityDefinition[], report: Report): void {
  entities.forEach((entity, i) => {
    if (entity.kind !== "generator" || !("start" in entity.driver)) return;
    for (const key of ["start", "stop"] as const) {
      const problem = pulseProblem(entity.driver[key]);
      if (problem) report(["entities", i, "driver", key, problem.field], problem.text);
    }
  });
}

/** A switch may be anything: a set that has one of them obeys as it does, so it should not look like a set of lamps. */
function checkGroups(entities: readonly EntityDefinition[], options: ClashOptions): void {
  const switches = new Map<string, number>();
  entities.forEach((entity, i) => {
    if (entity.kind === "switch") { for (const { output } of outputsOf(entity)) switches.set(output, i); }
  });
  entities.forEach((entity, i) => {
    if (entity.kind !== "light" || !isGroup(entity)) return;
    for (const { output, path } of outputsOf(entity)) {
      const shared = switches.get(output);
      if (shared === undefined) continue;
      const owner = `"${entities[shared]?.id}"${options.placeOf(shared)}`;
      options.report(
        ["entities", i, ...path],
        `${output} is that of the switch ${owner} too and left alone while driving, expected the kind switch for the set`,
      );
    }
  });
}
