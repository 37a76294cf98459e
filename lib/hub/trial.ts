import type { Clock, Timer } from "../base/mod.ts";
import { type EntityDefinition, entityDefinitionSchema, type EntityKindName, outputsOf } from "../coach/mod.ts";
import { type Command, type CommandSpec, kindOf } from "../entities/mod.ts";
import type { Message, Protocol } from "../protocol/mod.ts";
import { type CoachState, interlocks, reasonsOfOutputs } from "../safety/mod.ts";
import { checkCommand, CommandError } from "./check_command.ts";
import type { CommandBus, Commander, CommandOutcome } from "./commander.ts";
import { type EntityRecord, EntityTable } from "./entity_table.ts";
import type { CommandReport } from "./hub_listener.ts";
import type { Ingest } from "./ingest.ts";
import { messageLookup } from "./message_lookup.ts";

/** What a trial needs of the hub. */
export interface TrialOptions {
  readonly clock: Clock;
  readonly ingest: Ingest;
  readonly commander: Commander;
  readonly protocol: () => Protocol;
  readonly records: () => Iterable<EntityRecord>;
  readonly coachState: () => CoachState;
  /** Asks safety, plans, sends and waits, as for any entity. */
  readonly perform: (record: EntityRecord, asked: {
    readonly spec: CommandSpec;
    readonly command: Command;
    readonly request: TrialRequest;
  }) => Promise<CommandOutcome>;
  readonly busOf: (record: EntityRecord) => CommandBus | undefined;
  /** Told what was asked for and what became of it, as of any command. */
  readonly report: (report: CommandReport) => void;
}

/** A command to an output that nothing maps. */
export interface TrialRequest {
  readonly command: string;
  /** The owner's word that the coach is parked; counts only where the chassis says neither. */
  readonly parked?: boolean;
  readonly actor?: string;
  /** Where from, for the record. */
  readonly address?: string;
  /** Tells phones of one actor apart; default: the actor. */
  readonly clientId?: string;
}

/** What runs when its owner no longer holds the button is switched off after this time, ms. */
export const trialMs = 10_000;

/** Kinds whose owner can see or hear at once that they moved, and that take commands without parameters. */
const tryableKinds: ReadonlySet<EntityKindName> = new Set([
  "light",
  "switch",
  "fan",
  "lock",
  "shade",
  "awning",
  "water_pump",
]);
/** Commands that end what another one began. */
const endings = /^(turnOff|stop|stopLid)$/;
/** Commands whose effect lasts until it is ended. */
const switchesOn = /^(turnOn|toggle)$/;

/** Whether {@link Trial.run} takes an entity like this. */
export function isTryable({ kind }: EntityDefinition): boolean {
  return tryableKinds.has(kind);
}

interface Present {
  readonly text: string;
  readonly record: EntityRecord;
  /** Something may have been switched on. */
  mayBeOn: boolean;
  latest: TrialRequest | undefined;
  timer: Timer | undefined;
}

/**
 * Switches an output that nothing maps, so that its owner can look what moves: one at a time, and never longer than
 * {@link trialMs} after the latest command. What is tried is an entity to nobody else.
 */
export class Trial {
  readonly #options: TrialOptions;
  #present: Present | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /**
   * Sends a command to the output that `definition` describes, by the rules of its kind and those for outputs that
   * nobody knows.
   *
   * @throws {CommandError} for a definition that is none, and for a command that it does not have.
   */
  async run(definition: unknown, request: TrialRequest): Promise<CommandOutcome> {
    const wanted = parseDefinition(definition);
    const outcome = await this.#run(wanted, request);
    const { command, actor = "", address = "" } = request;
    const label = kindOf(wanted).commands(wanted).find(({ name }) => name === command)?.label ?? command;
    const name = `${wanted.name} on trial`;
    const { area } = wanted;
    const entityId = trialId(wanted);
    this.#options.report({ ...outcome, entityId, name, area, command, label, parameters: {}, actor, address });
    return outcome;
  }

  async #run(wanted: EntityDefinition, request: TrialRequest): Promise<CommandOutcome> {
    const { commander, perform } = this.#options;
    const refusal = this.#refusalOf(wanted);
    if (refusal.length > 0) return commander.immediate("refused", refusal);
    const checked = checkCommand(kindOf(wanted).commands(wanted), { command: request.command, parameters: {} });
    // What was begun may be ended at any time; what was not is an order like any other.
    const isEnding = endings.test(request.command) && this.#present?.text === JSON.stringify(wanted);
    const present = this.#begin(wanted);
    const reasons = isEnding ? [] : [
      ...reasonsUnheard(present.record),
      ...reasonsAgainstUnknown(wanted, { coach: this.#options.coachState(), ownerSaysParked: request.parked === true }),
    ];
    if (reasons.length > 0) {
      this.#end();
      return commander.immediate("refused", reasons);
    }
    const wasOn = present.mayBeOn;
    if (switchesOn.test(request.command)) present.mayBeOn = true;
    else if (request.command === "turnOff") present.mayBeOn = false;
    present.latest = request;
    present.timer?.cancel();
    present.timer = this.#options.clock.after(trialMs, () => this.#end());
    const outcome = await perform(present.record, { ...checked, request });
    if (outcome.outcome === "refused" && present.latest === request) present.mayBeOn = wasOn;
    return outcome;
  }

  /** Ends what is being tried; what may be on is switched off. */
  stop(): void {
    this.#end();
  }

  /** Reasons that no circumstance changes. */
  #refusalOf(wanted: EntityDefinition): readonly string[] {
    if (!isTryable(wanted)) return [reasonOfKind(wanted)];
    const outputs = new Set(outputsOf(wanted).map(({ output }) => output));
    const reasons: string[] = [...reasonsOfOutputs(wanted)];
    for (const { definition } of this.#options.records()) {
      const shared = outputsOf(definition).find(({ output }) => outputs.has(output));
      if (shared) reasons.push(`Output "${shared.output}" is mapped already, as "${definition.name}". Use that one.`);
    }
    return reasons;
  }

  #begin(wanted: EntityDefinition): Present {
    const { clock, ingest, protocol } = this.#options;
    const text = JSON.stringify(wanted);
    if (this.#present?.text === text) return this.#present;
    this.#end();
    const id = trialId(wanted);
    const table = new EntityTable([{ ...wanted, id }], { kindOf, lookup: messageLookup(protocol()) });
    const record = table.get(id)!;
    const hear = (message: Message, from: { readonly interfaceName: string; readonly nowMs: number }) => {
      for (const target of table.route(message)) {
        table.hear(target, { message, wallMs: clock.wallMs(), ...from });
        this.#options.commander.onHeard(record, { binding: target.status, message });
      }
    };
    for (const { last, interfaceName, lastMs } of ingest.observations.unmapped()) {
      hear(last, { interfaceName, nowMs: lastMs });
    }
    ingest.tap = hear;
    this.#present = { text, record, mayBeOn: false, latest: undefined, timer: undefined };
    return this.#present;
  }

  #end(): void {
    const present = this.#present;
    if (!present) return;
    this.#present = undefined;
    present.timer?.cancel();
    this.#options.ingest.tap = undefined;
    const { record, mayBeOn } = present;
    this.#options.commander.drop(record, "The trial of this output ended before it answered.");
    if (mayBeOn) this.#switchOff(record);
  }

  /** The last word to what was switched on; nobody waits for the answer. */
  #switchOff(record: EntityRecord): void {
    const { kind, definition, state } = record;
    if (!kind.commands(definition).some(({ name }) => name === "turnOff")) return;
    const plan = kind.plan(definition, state, { command: "turnOff", parameters: {} });
    if (plan.kind === "refusal") return;
    this.#options.busOf(record)?.submit(plan.messages, {
      key: `${definition.id}:end`,
      onSent: () => {},
      onDropped: () => {},
      lastWord: true,
    });
  }
}

/** No entity has such an id, so the queue and the arming of one with the proposed id are not touched. */
function trialId({ id }: EntityDefinition): string {
  return `trial:${id}`;
}

function parseDefinition(definition: unknown): EntityDefinition {
  const parsed = entityDefinitionSchema.safeParse(definition);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".") || "it"}: ${message}`);
  throw new CommandError("invalid", "Cannot try an output: its definition is not one.", errors);
}

function reasonOfKind({ kind }: EntityDefinition): string {
  const { others, reason } = interlocks[kind];
  return others === "never" && kind !== "generator"
    ? reason
    : `Nothing of the kind "${
      kind.replaceAll("_", " ")
    }" is tried: switch it by its own panel, and look what is heard.`;
}

function reasonsUnheard({ bindings }: EntityRecord): readonly string[] {
  if (bindings.some(({ heardMs }) => heardMs !== undefined)) return [];
  return ["Nothing on the bus has reported this output, so nothing would show what became of the command."];
}

/** A controller's output may drive anything; what a device of its own message is, the message says. */
function reasonsAgainstUnknown(
  definition: EntityDefinition,
  now: { readonly coach: CoachState; readonly ownerSaysParked: boolean },
): readonly string[] {
  const isPlainOutput = outputsOf(definition).some(({ output }) => /^(dc_dimmer|dc_load|ac_load) /.test(output));
  const { driving, evidence } = now.coach;
  if (!isPlainOutput || driving === "parked" || (driving === "unknown" && now.ownerSaysParked)) return [];
  return [
    "What this output drives is not known, it may be a slide or an awning: it is tried only when the coach is parked.",
    ...evidence,
  ];
}
