import { allAtOnce, type EntityDefinition, kindOf, sharersOf } from "../entities/mod.ts";
import type { CoachState } from "./coach_state.ts";
import { type Interlock, interlockOrder, interlocks } from "./interlocks.ts";

/** The answer: go, or why not, in sentences for people. */
export type Verdict =
  | { readonly allow: true }
  | { readonly allow: false; readonly reasons: readonly string[] };

/** One command at one moment. */
export interface CommandQuestion {
  readonly definition: EntityDefinition;
  /** What else the coach has, itself among it or not: outputs may be shared. */
  readonly entities: Iterable<{ readonly definition: EntityDefinition }>;
  /** Name of the command, as in the kind's specifications. */
  readonly command: string;
  readonly coach: CoachState;
  /** The entity was armed, and the arming has not timed out. */
  readonly armed: boolean;
  /** The owner's word that the coach is parked; counts only where the chassis says neither. */
  readonly ownerSaysParked?: boolean;
}

const allowed: Verdict = Object.freeze({ allow: true });

/**
 * May this command go out now? Every reason that stands against it is named, not only the first. What shares an output
 * with something of a stricter interlock obeys that one, too.
 */
export function mayCommand(question: CommandQuestion): Verdict {
  const { definition, command } = question;
  const reasons = [...reasonsOfOutputs(definition), ...reasonsOfInterlocks(question)];
  const spec = kindOf(definition).commands(definition).find(({ name }) => name === command);
  if (spec?.needsArming && !question.armed) {
    reasons.push(`${definition.name} must be armed before "${spec.label}".`);
  }
  return reasons.length === 0 ? allowed : { allow: false, reasons };
}

/** Why nothing can be commanded of an entity as it is mapped, whatever the coach does; none: it can. */
export function reasonsOfOutputs(definition: EntityDefinition): readonly string[] {
  const output = allAtOnce(definition);
  if (output === undefined) return [];
  return [
    `Its output is mapped as ${output}, and on the bus 0 means all of them at once, whatever they drive. ` +
    "Map it as an instance from 1 to 250: Settings, Coach.",
  ];
}

function reasonsOfInterlocks(question: CommandQuestion): readonly string[] {
  const { definition, entities } = question;
  const own = interlockOf(definition, question.command);
  const reasons = [...reasonsAgainst(own, { ...question, reason: interlocks[definition.kind].reason })];
  for (const { definition: other, output } of sharersOf(definition, entities)) {
    const theirs = interlockOf(other, question.command);
    if (interlockOrder.indexOf(theirs) <= interlockOrder.indexOf(own)) continue;
    const reason = `It shares ${output} with "${other.name}". ${interlocks[other.kind].reason}`;
    reasons.push(...reasonsAgainst(theirs, { ...question, reason }));
  }
  return [...new Set(reasons)];
}

function interlockOf({ kind }: EntityDefinition, command: string): Interlock {
  const { commands = {}, others } = interlocks[kind];
  return Object.hasOwn(commands, command) ? commands[command] ?? others : others;
}

function reasonsAgainst(
  interlock: Interlock,
  question: Pick<CommandQuestion, "coach" | "ownerSaysParked"> & { readonly reason: string },
): readonly string[] {
  const { coach, reason } = question;
  switch (interlock) {
    case "always":
      return [];
    case "notWhileDriving":
      return coach.driving === "driving" ? [reason, ...coach.evidence] : [];
    case "parkedOnly":
      switch (coach.driving) {
        case "parked":
          return [];
        case "driving":
          return [reason, ...coach.evidence];
        case "unknown":
          return question.ownerSaysParked ? [] : [reason, ...coach.evidence];
        default:
          return coach.driving satisfies never;
      }
    case "never":
      return [reason];
    default:
      return interlock satisfies never;
  }
}
