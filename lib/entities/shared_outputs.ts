import { type EntityDefinition, isGroup, outputsOf } from "../coach/mod.ts";

/** Another entity, and one output that it drives as well. */
export interface Sharer {
  readonly definition: EntityDefinition;
  /** In words that are unique on a coach: `dc_dimmer 25`. */
  readonly output: string;
}

/**
 * The others that drive outputs of an entity, each once, as far as they bind it: what a set of outputs is called says
 * nothing of the outputs themselves, so a group binds other groups alone.
 */
export function sharersOf(
  definition: EntityDefinition,
  entities: Iterable<{ readonly definition: EntityDefinition }>,
): readonly Sharer[] {
  const outputs = new Set(outputsOf(definition).map(({ output }) => output));
  if (outputs.size === 0) return [];
  const sharers: Sharer[] = [];
  for (const { definition: other } of entities) {
    if (other.id === definition.id || (isGroup(other) && !isGroup(definition))) continue;
    const shared = outputsOf(other).find(({ output }) => outputs.has(output));
    if (shared) sharers.push({ definition: other, output: shared.output });
  }
  return sharers;
}

/** An output of an entity that is mapped as instance 0: a command to it would reach all of its kind. */
export function allAtOnce(definition: EntityDefinition): string | undefined {
  return outputsOf(definition).find(({ isAll }) => isAll)?.output;
}
