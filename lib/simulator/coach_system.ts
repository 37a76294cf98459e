import type { EntityDefinition } from "../entities/mod.ts";
import { acknowledgment, type Message, reading, type SignalValues } from "../protocol/mod.ts";
import type { Random } from "./random.ts";

/** Which one of the things that send the same status message. */
export interface StatusKey {
  readonly instance?: number;
  /** Raw values of fields that share a byte with the instance. */
  readonly where?: Readonly<Record<string, number>>;
}

/** What became of a command. `ignored`: it was for nobody here, so nobody answers. */
export type CommandAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "ignored" }
  | { readonly kind: "refused"; readonly code: number };

export const done: CommandAnswer = { kind: "done" };
export const ignored: CommandAnswer = { kind: "ignored" };
export const conditionsDoNotAllow: CommandAnswer = { kind: "refused", code: acknowledgment.conditionsDoNotAllow };
export const outOfRange: CommandAnswer = { kind: "refused", code: acknowledgment.parameterOutOfRange };

/** Gives the values of a status message; called once for each mapped key at the start, so that the thing exists. */
export type StatusSource = (key: StatusKey) => SignalValues;

/** One trade of the coach: its things, their statuses and commands. */
export interface CoachSystem {
  /** By name of the status message; the instance field and `where` are added by the caller. */
  readonly statuses: Readonly<Record<string, StatusSource>>;
  /** By name of the command message. */
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>>;
  advance(seconds: number): void;
}

/** What the systems share: the coach's surroundings, and what they do to each other. */
export interface World {
  readonly random: Random;
  readonly definitions: readonly EntityDefinition[];
  wallMs(): number;
  /** Tells that a status is worth sending before its time. */
  changed(message: string, instance?: number): void;
  outsideC: number;
  /** A shore cable is plugged in. */
  shore: boolean;
  /** The engine runs and the coach moves. */
  driving: boolean;
  generatorRunning: boolean;
  /** Drawn from the house battery, A. */
  dcLoadA: number;
  /** Drawn from AC lines, W. */
  acLoadW: number;
  /** LPG burnt, kg/h. */
  gasKgPerH: number;
  /** The pump may run. */
  pumpEnabled: boolean;
  pumpRunning: boolean;
  /** On or off of a load that something else follows, by `via:instance`. */
  readonly loadsOn: Set<string>;
}

/** Definitions of one kind. */
export function definitionsOf<K extends EntityDefinition["kind"]>(
  world: World,
  kind: K,
): readonly Extract<EntityDefinition, { kind: K }>[] {
  return world.definitions.filter((one): one is Extract<EntityDefinition, { kind: K }> => one.kind === kind);
}

/** The number of a field; undefined when the message does not state one, which in a command is "leave unchanged". */
export function numberIn(message: Message, field: string): number | undefined {
  const found = reading(message, field);
  return found && "value" in found && typeof found.value === "number" ? found.value : undefined;
}

/** The standard's word for the value of a field. */
export function wordIn(message: Message, field: string): string | undefined {
  const found = reading(message, field);
  return found && "value" in found ? found.label : undefined;
}

/** Every field that a command states, as it would be sent back in a status. */
export function statedValues(message: Message, except: readonly string[]): Record<string, number | string> {
  const stated: Record<string, number | string> = {};
  for (const [at, { name }] of message.signals.entries()) {
    const found = message.readings[at];
    if (!found || !("value" in found) || except.includes(name) || typeof found.value === "boolean") continue;
    stated[name] = found.label ?? found.value;
  }
  return stated;
}

/** The instance a command is for; `all` for 0. */
export function instanceIn(message: Message): number | "all" | undefined {
  const field = message.row.instanceField;
  if (field === undefined) return undefined;
  const instance = numberIn(message, field);
  return instance === 0 ? "all" : instance;
}

/** Things of one kind by their instance, made when their status is first asked for. */
export class Instances<T> {
  readonly #things = new Map<number, T>();
  readonly #make: (instance: number) => T;

  constructor(make: (instance: number) => T) {
    this.#make = make;
  }

  /** The thing, made if need be: for statuses. */
  of(key: StatusKey): T {
    const instance = key.instance ?? 1;
    const found = this.#things.get(instance) ?? this.#make(instance);
    this.#things.set(instance, found);
    return found;
  }

  /** The things a command is for: none, one, or all. */
  addressed(message: Message): readonly (readonly [number, T])[] {
    const instance = instanceIn(message);
    if (instance === "all") return [...this.#things];
    const thing = instance === undefined ? undefined : this.#things.get(instance);
    return thing === undefined || instance === undefined ? [] : [[instance, thing]];
  }

  all(): Iterable<readonly [number, T]> {
    return this.#things;
  }

  get(instance: number): T | undefined {
    return this.#things.get(instance);
  }
}

/** Does something to each thing a command is for; ignored when there is none. */
export function toEach<T>(
  things: Instances<T>,
  message: Message,
  act: (thing: T, instance: number) => CommandAnswer | void,
): CommandAnswer {
  let answer: CommandAnswer = ignored;
  for (const [instance, thing] of things.addressed(message)) answer = act(thing, instance) ?? done;
  return answer;
}

/** A value moved toward a target by at most `step`. */
export function toward(value: number, target: number, step: number): number {
  return value < target ? Math.min(target, value + step) : Math.max(target, value - step);
}

/** Rounded to multiples of `step`. */
export function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
