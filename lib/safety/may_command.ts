import { type EntityDefinition, kindOf } from "../entities/mod.ts";
import type { CoachState } from "./coach_state.ts";
import { type Interlock, interlocks } from "./interlocks.ts";

/** The answer: go, or why not, in sentences for people. */
export type Verdict =
  | { readonly allow: true }
  | { readonly allow: false; readonly reasons: readonly string[] };

/** One command at one moment. */
export interface CommandQuestion {
  readonly definition: EntityDefinition;
  /** Name of the command, as in the kind's specifications. */
  readonly command: string;
  readonly coach: CoachState;
  /** The entity was armed, and the arming has not timed out. */
  readonly armed: boolean;
  /** The owner's word that the coach is parked; counts only where the chassis says neither. */
  readonly ownerSaysParked?: boolean;
}

const allowed: Verdict = Object.freeze({ allow: true });

/** May this command go out now? Every reason that stands against it is named, not only the first. */
export function mayCommand(question: CommandQuestion): Verdict {
  const { definition, command } = question;
  const rules = interlocks[definition.kind];
  const interlock = rules.commands && Object.hasOwn(rules.commands, command)
    ? rules.commands[command] ?? rules.others
    : rules.others;
  const reasons = [...reasonsAgainst(interlock, question)];
  const spec = kindOf(definition).commands(definition).find(({ name }) => name === command);
  if (spec?.needsArming && !question.armed) {
    reasons.push(`${definition.name} must be armed before "${spec.label}".`);
  }
  return reasons.length === 0 ? allowed : { allow: false, reasons };
}

function reasonsAgainst(interlock: Interlock, question: CommandQuestion): readonly string[] {
  const { coach } = question;
  const { reason } = interlocks[question.definition.kind];
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
