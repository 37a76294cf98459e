import { type EntityDefinition, entityDefinitionSchema } from "../coach/mod.ts";
import type { Message } from "../protocol/mod.ts";
import { allAtOnce } from "./shared_outputs.ts";

/** What was seen of one instance of a status message. */
export interface SeenInstance {
  /** The latest one. */
  readonly message: Message;
  /** [0, 250]; undefined: the message has none, or states none. */
  readonly instance: number | undefined;
  /** A level between off and full was seen. */
  readonly dims: boolean;
  /** Another node sends the same message for the same instance. */
  readonly isShared: boolean;
  /** Who the sending node says that it is, e.g. `Firefly G6`. */
  readonly sender?: string;
  /** What moved while somebody looked: the field, and the change in words. */
  readonly moved?: { readonly field: string; readonly change: string };
}

/** What a proposal must fit in with. */
export interface ProposalContext {
  /** Ids that entities have already. */
  readonly takenIds: ReadonlySet<string>;
  /** Area of the proposed entity. */
  readonly area: string;
}

/** An entity that may be behind what was seen; nobody has verified it. */
export interface Proposal {
  readonly definition: EntityDefinition;
  /** What was seen, as it stands in the definition's provenance. */
  readonly evidence: string;
}

/** What a message suggests: the fields of its kind, and a name. */
export interface Draft {
  readonly kind: string;
  readonly name: string;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** Makes the definition; undefined when the bus numbers the instance as no definition can, or as all of them at once. */
export function proposalOf(
  draft: Draft,
  options: ProposalContext & { readonly evidence: string },
): Proposal | undefined {
  const { area, takenIds, evidence } = options;
  const parsed = entityDefinitionSchema.safeParse({
    ...draft.fields,
    kind: draft.kind,
    id: freeId(draft.name, takenIds),
    name: draft.name,
    area,
    provenance: { source: "learned", evidence: evidence.slice(0, 500), verified: false },
  });
  return parsed.success && allAtOnce(parsed.data) === undefined
    ? { definition: parsed.data, evidence: evidence.slice(0, 500) }
    : undefined;
}

/** Where a message comes from, in words: `DC_DIMMER_STATUS_3, instance 25, from 9C (Firefly G6)`. */
export function originWords(
  seen: { readonly message: Message; readonly instance: number | undefined; readonly sender?: string },
): string {
  const { message, instance, sender } = seen;
  const address = message.sourceAddress.toString(16).toUpperCase().padStart(2, "0");
  const which = instance === undefined ? "" : `, instance ${instance}`;
  return `${message.row.name}${which}, from ${address}${sender === undefined ? "" : ` (${sender})`}`;
}

function freeId(name: string, takenIds: ReadonlySet<string>): string {
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  if (!takenIds.has(id)) return id;
  for (let number = 2;; number++) if (!takenIds.has(`${id}_${number}`)) return `${id}_${number}`;
}
