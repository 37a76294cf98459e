import type { EntityDefinition, EntityKindName } from "../coach/mod.ts";
import type { Message, OutgoingMessage, Reading } from "../protocol/mod.ts";

export type { EntityDefinition, EntityKindName, Message, OutgoingMessage, Reading };

/** One stream of status messages that feeds an entity. Status DGNs only, never a command. */
export interface Binding {
  /** Unique within the entity, e.g. `dimmer:25`, `zone`, `ambient`. */
  readonly key: string;
  /** Row name, e.g. `DC_DIMMER_STATUS_3`. */
  readonly message: string;
  /** Only messages with this instance; absent: the message has no instance, or any. */
  readonly instance?: number;
  /** Only from this source address [0, 253]. */
  readonly sourceAddress?: number;
  /** Only messages in which these fields have these raw values (composite instances such as line and leg). */
  readonly where?: Readonly<Record<string, number>>;
  /**
   * After this many ms without a message the readings are stale: three times the longest gap the standard allows.
   * Absent: the message is sent on change only, so its readings are as good as its node is alive.
   */
  readonly staleAfterMs?: number;
  /**
   * Several nodes send it, each with the fields that it knows: what one says is not taken back by another that says
   * "not available".
   */
  readonly perSender?: true;
}

/** The latest message of each binding that has been heard, by {@link Binding.key}. Unheard keys are absent. */
export type Heard = ReadonlyMap<string, Message>;

/** One derived signal of an entity, and which binding it rests on (for its age and its source). */
export interface DerivedSignal {
  readonly reading: Reading;
  readonly from: string;
}

/** Signal name (lowerCamelCase with its unit, e.g. `brightnessPct`, `ambientC`) → reading. Never heard: no key. */
export type DerivedState = Readonly<Record<string, DerivedSignal>>;

/** Signal name → reading, without where it came from. */
export type EntityState = Readonly<Record<string, Reading>>;

/** Type and bounds of one command parameter, for checks, documentation and the screen. */
export type ParameterSpec =
  | {
    readonly name: string;
    readonly type: "number";
    readonly min: number;
    readonly max: number;
    readonly step: number;
    readonly unit?: string;
    readonly required: boolean;
    readonly help: string;
  }
  | {
    readonly name: string;
    readonly type: "choice";
    readonly choices: readonly string[];
    readonly required: boolean;
    readonly help: string;
  }
  | { readonly name: string; readonly type: "boolean"; readonly required: boolean; readonly help: string };

/** One command an entity understands. */
export interface CommandSpec {
  /** lowerCamelCase verb, e.g. `turnOn`, `setBrightness`, `extend`. */
  readonly name: string;
  /** Short label for people, e.g. `On`. */
  readonly label: string;
  readonly help: string;
  readonly parameters: readonly ParameterSpec[];
  /** The command moves something for as long as it is held: it is repeated, and stops on release or silence. */
  readonly held?: boolean;
  /** The command must be armed first (generator start); the arming times out. */
  readonly needsArming?: boolean;
}

/** A command as asked for, parameters already checked against its {@link CommandSpec}. */
export interface Command {
  readonly command: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
}

/** One message of a plan. */
export interface PlannedMessage extends OutgoingMessage {
  /** Earliest time after the start of the plan, ms ≥ 0. */
  readonly afterMs: number;
}

/** What to send for a command, and how to know that the coach obeyed. */
export interface CommandPlan {
  readonly kind: "plan";
  readonly messages: readonly PlannedMessage[];
  /** Held motors: `messages` again every `everyMs`, for at most `maxMs` without a renewal, then `stop`. */
  readonly hold?: { readonly everyMs: number; readonly maxMs: number; readonly stop: readonly PlannedMessage[] };
  /**
   * Bindings whose status can answer. Evaluated on the state derived from the messages heard after the command was
   * sent; true settles the tap as confirmed.
   */
  readonly confirmedBy: readonly string[];
  /** The coach obeyed, as far as this state says. */
  readonly isConfirmed: (state: EntityState) => boolean;
  /** How long the coach may take, ms: 1250 ms response window plus ramps. */
  readonly ackTimeoutMs: number;
}

/** A command that this entity cannot do now, with reasons for people. */
export interface Refusal {
  readonly kind: "refusal";
  readonly reasons: readonly string[];
}

/** What the program knows of one kind. Everything is a pure function of the definition and of messages. */
export interface EntityKind<D extends EntityDefinition = EntityDefinition> {
  readonly kind: EntityKindName;
  /** Signals the kind may show, in display order, with unit and meaning. */
  readonly signals: readonly SignalSpec[];
  /**
   * Of `signals`, those that this definition can have, under the owner's own names; absent: all of them. Its labels win
   * over those of `signals`.
   */
  signalsOf?(definition: D): readonly SignalSpec[];
  bindings(definition: D): readonly Binding[];
  derive(definition: D, heard: Heard): DerivedState;
  commands(definition: D): readonly CommandSpec[];
  plan(definition: D, state: EntityState, command: Command): CommandPlan | Refusal;
}

/** Documentation of one derived signal. */
export interface SignalSpec {
  /** lowerCamelCase with unit suffix where it has one. */
  readonly name: string;
  /** For people, e.g. `Brightness`. */
  readonly label: string;
  readonly unit?: string;
  readonly help?: string;
}
