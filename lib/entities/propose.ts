import { instanceOf, type Message, reading } from "../protocol/mod.ts";
import { operatingSignals } from "./operating_signals.ts";
import { originWords, type Proposal, type ProposalContext, proposalOf, type SeenInstance } from "./proposal.ts";
import { draftings, sensorOf } from "./propose_rows.ts";
import { messageWords } from "./reading_words.ts";

/** Messages for which {@link propose} knows a kind. */
export function hasKind(messageName: string): boolean {
  return draftings.has(messageName);
}

/**
 * The entity that a status message suggests: of the kind that listens to it, else a sensor of the field that moved, or of
 * the first one that says what a device does. Undefined when neither is to be had: the instance is none that can be mapped,
 * or no field has a value.
 */
export function propose(seen: SeenInstance, context: ProposalContext): Proposal | undefined {
  const { row } = seen.message;
  if (hasInvalidInstance(seen.message)) return undefined;
  const drafting = draftings.get(row.name);
  const field = drafting ? undefined : seen.moved?.field ?? fieldWithValue(seen.message);
  const draft = drafting ? drafting(seen) : field === undefined ? undefined : sensorOf(field)(seen);
  return draft && proposalOf(draft, { ...context, evidence: evidenceOf(seen) });
}

function evidenceOf(seen: SeenInstance): string {
  const says = seen.moved?.change ?? messageWords(seen.message);
  return `${originWords(seen)}: ${says === "" ? "heard" : says}.`;
}

/** The standard calls instance 0 of many messages invalid, and of some a word to all. */
function hasInvalidInstance(message: Message): boolean {
  const { instanceField } = message.row;
  if (instanceField === undefined) return false;
  const found = reading(message, instanceField);
  return found !== undefined && "value" in found && (found.label === "invalid" || found.label === "all") &&
    instanceOf(message) === 0;
}

function fieldWithValue(message: Message): string | undefined {
  const withValue = operatingSignals(message.row).filter(({ index }) => {
    const found = message.readings[index];
    return found !== undefined && "value" in found;
  });
  const best = Math.max(...withValue.map(({ weight }) => weight));
  return withValue.find(({ weight }) => weight === best)?.name;
}
