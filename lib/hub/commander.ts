import type { Clock, Deferred, Timer } from "../base/mod.ts";
import { deferred } from "../base/mod.ts";
import type { Command, CommandPlan, PlannedMessage } from "../entities/mod.ts";
import type { Message } from "../protocol/mod.ts";
import type { BindingStatus, EntityRecord } from "./entity_table.ts";
import { EndedPresses, type Press } from "./presses.ts";

/** What became of a command. Reasons are for people, and empty when confirmed. */
export interface CommandOutcome {
  readonly commandId: string;
  readonly outcome: "confirmed" | "notConfirmed" | "refused";
  readonly reasons: readonly string[];
  /** From the request to the settling, ms. */
  readonly latencyMs: number;
}

/** What the commander needs of the bus that an entity lives on. */
export interface CommandBus {
  readonly interfaceName: string;
  /** Why nothing can be sent now, in a sentence; undefined: it can. */
  refusal(): string | undefined;
  submit(messages: readonly PlannedMessage[], options: {
    readonly key: string;
    readonly onSent: (nowMs: number) => void;
    readonly onDropped: (reason: "down" | "full" | "replaced" | "stopped") => void;
    /** A motor's stop: kept until the bus takes it, and goes out even when the bus is released before its turn. */
    readonly lastWord?: boolean;
  }): void;
  cancel(key: string): void;
  /** What was sent still waits for the bus. */
  readonly isDelayed: boolean;
  /** Asks everybody for a status message (REQUEST_FOR_DGN). */
  request(status: BindingStatus): void;
}

/** A negative or intermediate answer of a node (ACKNOWLEDGMENT, RV-C 2023-11 3.2.4.4). */
export interface Acknowledgment {
  readonly interfaceName: string;
  readonly sourceAddress: number;
  readonly dgn: number;
  /** 0 ACK, 1 NAK, 2 …; 7 = more time needed. */
  readonly code: number;
  /** [0, 250]; undefined: not said. */
  readonly instance: number | undefined;
}

interface Waiter {
  readonly id: string;
  readonly record: EntityRecord;
  readonly command: string;
  readonly plan: CommandPlan;
  readonly bus: CommandBus;
  readonly dgns: ReadonlySet<number>;
  readonly startedMs: number;
  readonly answer: Deferred<CommandOutcome>;
  /** Bindings that were heard after the command was sent. */
  readonly heard: Map<string, Message>;
  sentMs: number | undefined;
  timers: Timer[];
  settled: CommandOutcome | undefined;
}

interface Hold {
  readonly waiter: Waiter;
  /** All that carry it on; the end of one is the end of all. */
  readonly presses: Set<string>;
  repeat: Timer;
  end: Timer;
}

/** Longest a node may ask to be waited for with code 7, ms. */
const moreTimeMs = 5000;
const pressIsOver = "This press is over, and nothing moves by it any more. Let go, and press again.";
const noAnswer =
  "The coach did not answer. The command was sent; look at the light or device itself to see whether it obeyed.";

/**
 * Sends planned commands and waits for the coach's own status to confirm them. The waiter is registered before the
 * first frame leaves; every waiter settles, at the latest when the commander stops.
 */
export class Commander {
  readonly #clock: Clock;
  readonly #dgnOf: (message: string) => number | undefined;
  readonly #describeCode: (code: number) => string;
  readonly #waiters = new Map<EntityRecord, Set<Waiter>>();
  readonly #holds = new Map<EntityRecord, Hold>();
  readonly #endedPresses = new EndedPresses();
  #nextId = 1;

  constructor(options: {
    readonly clock: Clock;
    readonly dgnOf: (message: string) => number | undefined;
    /** Text for people of an acknowledgment code. */
    readonly describeCode: (code: number) => string;
  }) {
    this.#clock = options.clock;
    this.#dgnOf = options.dgnOf;
    this.#describeCode = options.describeCode;
  }

  /** Commands that wait for the coach's answer. */
  get waiting(): number {
    let count = 0;
    for (const waiters of this.#waiters.values()) count += waiters.size;
    return count;
  }

  /** An outcome that needs no bus: refused before anything was sent, or done at once. */
  immediate(outcome: "refused" | "confirmed", reasons: readonly string[]): CommandOutcome {
    return { commandId: this.#newId(), outcome, reasons, latencyMs: 0 };
  }

  /** Sends a plan; the promise settles with the coach's answer, a refusal, or the time-out. */
  run(record: EntityRecord, options: {
    readonly command: Command;
    readonly plan: CommandPlan;
    readonly bus: CommandBus;
    /** Of the button that is held. */
    readonly press?: Press | undefined;
    /** It ends a movement: it goes out as soon as the bus can take it, however late. */
    readonly isStop?: boolean;
  }): Promise<CommandOutcome> {
    const { command, plan, bus, press, isStop = false } = options;
    const held = this.#holds.get(record);
    if (held) {
      if (plan.hold && held.waiter.command === command.command) {
        this.#renew(held, press);
        return held.waiter.answer.promise;
      }
      this.#endHold(held, plan.hold ? "replaced" : "stopped");
    }
    this.#replaceOlder(record, command.command);
    const waiter: Waiter = {
      id: this.#newId(),
      record,
      command: command.command,
      plan,
      bus,
      dgns: new Set(plan.messages.map((planned) => this.#dgnOf(planned.message) ?? -1)),
      startedMs: this.#clock.monotonicMs(),
      answer: deferred(),
      heard: new Map(),
      sentMs: undefined,
      timers: [],
      settled: undefined,
    };
    const waiters = this.#waiters.get(record);
    if (waiters) waiters.add(waiter);
    else this.#waiters.set(record, new Set([waiter]));
    try {
      bus.submit(plan.messages, {
        key: keyOf(waiter),
        onSent: (nowMs) => this.#onSent(waiter, nowMs),
        onDropped: (reason) => this.#onDropped(waiter, reason),
        lastWord: isStop,
      });
    } catch (error) {
      // A plan that cannot be encoded is a fault of the program: nothing was sent, and nobody may wait for it.
      this.#settle(waiter, "refused", ["This command cannot be sent: the program made a mistake."]);
      throw error;
    }
    if (plan.hold && !waiter.settled) this.#beginHold(waiter, { ...plan.hold, press });
    if (isStop && waiter.sentMs === undefined) this.#limitWait(waiter);
    return waiter.answer.promise;
  }

  /** A status message for a binding came, changed or not. */
  onHeard(record: EntityRecord, options: { readonly binding: BindingStatus; readonly message: Message }): void {
    const waiters = this.#waiters.get(record);
    if (!waiters) return;
    const { key } = options.binding.binding;
    for (const waiter of waiters) {
      if (waiter.sentMs === undefined || !waiter.plan.confirmedBy.includes(key)) continue;
      waiter.heard.set(key, options.message);
      if (waiter.heard.size < waiter.plan.confirmedBy.length) continue;
      const derived = record.kind.derive(record.definition, waiter.heard);
      const state = Object.fromEntries(Object.entries(derived).map(([name, signal]) => [name, signal.reading]));
      if (waiter.plan.isConfirmed(state)) this.#settle(waiter, "confirmed", []);
    }
  }

  /** A node answered a command of ours. */
  onAcknowledgment(acknowledgment: Acknowledgment): void {
    if (acknowledgment.code === 0) return;
    for (const waiters of this.#waiters.values()) {
      for (const waiter of waiters) {
        if (waiter.sentMs === undefined || !waiter.dgns.has(acknowledgment.dgn)) continue;
        if (waiter.bus.interfaceName !== acknowledgment.interfaceName) continue;
        if (!concerns(waiter, acknowledgment.instance)) continue;
        if (acknowledgment.code === 7) this.#waitLonger(waiter);
        else this.#settle(waiter, "refused", [this.#describeCode(acknowledgment.code)]);
      }
    }
  }

  /** Why a held command of a press moves nothing: it, or the movement that it would carry on, is over. */
  refusalOfPress(
    record: EntityRecord,
    options: { readonly command: string; readonly press: Press },
  ): string | undefined {
    const { command, press: { id, renews } } = options;
    const hold = this.#holds.get(record);
    const isHeld = hold?.waiter.command === command && hold.presses.has(id);
    return this.#endedPresses.has(record.definition, id) || (renews && !isHeld) ? pressIsOver : undefined;
  }

  /** Nothing that still comes of this press moves the entity again. */
  endPress({ definition }: EntityRecord, press: string): void {
    this.#endedPresses.end(definition, press);
  }

  /** Ends the hold on an entity, as the release of the button does; the motor gets its stop. */
  release(record: EntityRecord): void {
    const hold = this.#holds.get(record);
    if (hold) this.#endHold(hold, "stopped");
  }

  /** The bus takes nothing any more: who held a motor there is told, and its stop goes out when the bus is back. */
  silence(interfaceName: string): void {
    for (const hold of [...this.#holds.values()]) {
      if (hold.waiter.bus.interfaceName !== interfaceName) continue;
      this.#endHold(hold, "stopped");
      this.#settle(hold.waiter, "notConfirmed", [
        `${interfaceName} was lost while this was held. The stop goes out as soon as CoachIQ can send again.`,
      ]);
    }
  }

  /** The entity is no more what it was: a held motor gets its stop, and who waits for an answer is told. */
  drop(
    record: EntityRecord,
    reason = "The mapping of this entity was changed while the command was on its way.",
  ): void {
    this.release(record);
    for (const waiter of [...this.#waiters.get(record) ?? []]) this.#settle(waiter, "notConfirmed", [reason]);
  }

  /** Stops every held motor and settles every waiter. */
  stop(reason = "The program is stopping."): void {
    for (const hold of [...this.#holds.values()]) this.#endHold(hold, "stopped");
    for (const waiters of [...this.#waiters.values()]) {
      for (const waiter of [...waiters]) this.#settle(waiter, "notConfirmed", [reason]);
    }
  }

  #newId(): string {
    return `c${this.#nextId++}`;
  }

  #onSent(waiter: Waiter, nowMs: number): void {
    if (waiter.settled || waiter.sentMs !== undefined) return;
    waiter.sentMs = nowMs;
    for (const timer of waiter.timers) timer.cancel();
    waiter.timers = [];
    const { ackTimeoutMs, confirmedBy } = waiter.plan;
    if (confirmedBy.length === 0) {
      return this.#settle(waiter, "notConfirmed", ["This device never reports its state: the command was sent."]);
    }
    // On-change senders may have nothing to say when the state is already the wanted one: ask once, half-way.
    waiter.timers.push(
      this.#clock.after(ackTimeoutMs / 2, () => {
        for (const status of waiter.record.bindings) {
          if (confirmedBy.includes(status.binding.key) && !waiter.heard.has(status.binding.key)) {
            waiter.bus.request(status);
          }
        }
      }),
      this.#clock.after(ackTimeoutMs, () => this.#unanswered(waiter)),
    );
  }

  #onDropped(waiter: Waiter, reason: "down" | "full" | "replaced" | "stopped"): void {
    switch (reason) {
      case "replaced":
        return this.#settle(waiter, "notConfirmed", ["A newer command took its place before it was sent."]);
      case "stopped":
        return this.#settle(waiter, "notConfirmed", ["The program is stopping."]);
      case "down":
        return this.#settle(waiter, "refused", [
          waiter.bus.refusal() ?? `${waiter.bus.interfaceName} cannot send now.`,
        ]);
      case "full":
        return this.#settle(waiter, "refused", [
          `${waiter.bus.interfaceName} takes no frames: no other node acknowledges them. Check the wiring and the bit rate.`,
        ]);
      default:
        reason satisfies never;
    }
  }

  #unanswered(waiter: Waiter): void {
    const refusal = waiter.bus.refusal();
    this.#settle(waiter, "notConfirmed", refusal === undefined ? [noAnswer] : [noAnswer, refusal]);
  }

  /** A stop that waits for its bus is answered all the same; it goes out when it can. */
  #limitWait(waiter: Waiter): void {
    waiter.timers.push(this.#clock.after(waiter.plan.ackTimeoutMs, () =>
      this.#settle(waiter, "notConfirmed", [
        "The stop is not sent yet, and goes out as soon as CoachIQ can send again.",
        waiter.bus.refusal() ?? `${waiter.bus.interfaceName} takes no frames.`,
      ])));
  }

  #waitLonger(waiter: Waiter): void {
    for (const timer of waiter.timers) timer.cancel();
    waiter.timers = [this.#clock.after(moreTimeMs, () => this.#unanswered(waiter))];
  }

  /** The newest of several equal commands is the one that counts (a drag). */
  #replaceOlder(record: EntityRecord, command: string): void {
    for (const waiter of [...this.#waiters.get(record) ?? []]) {
      if (waiter.command === command) this.#settle(waiter, "notConfirmed", ["A newer command took its place."]);
    }
  }

  #settle(waiter: Waiter, outcome: CommandOutcome["outcome"], reasons: readonly string[]): void {
    if (waiter.settled) return;
    for (const timer of waiter.timers) timer.cancel();
    waiter.timers = [];
    waiter.settled = {
      commandId: waiter.id,
      outcome,
      reasons,
      latencyMs: Math.round((this.#clock.monotonicMs() - waiter.startedMs) * 100) / 100,
    };
    const waiters = this.#waiters.get(waiter.record);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(waiter.record);
    waiter.answer.resolve(waiter.settled);
    const hold = this.#holds.get(waiter.record);
    if (hold?.waiter === waiter && outcome === "refused") this.#endHold(hold, "stopped");
  }

  #beginHold(waiter: Waiter, hold: NonNullable<CommandPlan["hold"]> & { readonly press: Press | undefined }): void {
    const entry: Hold = {
      waiter,
      presses: new Set(hold.press ? [hold.press.id] : []),
      repeat: this.#clock.every(hold.everyMs, () => this.#repeat(waiter)),
      end: this.#clock.after(hold.maxMs, () => this.#endHold(entry, "stopped")),
    };
    this.#holds.set(waiter.record, entry);
  }

  /** One that does not get through needs no care: the next one follows, or the hold ends. */
  #repeat(waiter: Waiter): void {
    const { bus, plan } = waiter;
    // Repetitions that pile up would be obeyed later, and the stop would wait behind them.
    if (!bus.isDelayed) bus.submit(plan.messages, { key: keyOf(waiter), onSent: () => {}, onDropped: () => {} });
  }

  #renew(hold: Hold, press: Press | undefined): void {
    if (press) hold.presses.add(press.id);
    hold.end.cancel();
    const { maxMs } = hold.waiter.plan.hold ?? { maxMs: 0 };
    hold.end = this.#clock.after(maxMs, () => this.#endHold(hold, "stopped"));
  }

  #endHold(hold: Hold, why: "replaced" | "stopped"): void {
    const { waiter } = hold;
    hold.repeat.cancel();
    hold.end.cancel();
    this.#holds.delete(waiter.record);
    for (const press of hold.presses) this.endPress(waiter.record, press);
    waiter.bus.cancel(keyOf(waiter));
    waiter.bus.submit(waiter.plan.hold?.stop ?? [], {
      key: `${keyOf(waiter)}:stop`,
      onSent: () => {},
      onDropped: () => {},
      lastWord: true,
    });
    if (why === "replaced") this.#settle(waiter, "notConfirmed", ["A newer command took its place."]);
  }
}

/** A drag replaces its own waiting values: one key per entity and command. */
function keyOf(waiter: Waiter): string {
  return `${waiter.record.definition.id}:${waiter.command}`;
}

function concerns(waiter: Waiter, instance: number | undefined): boolean {
  if (instance === undefined) return true;
  const instances = waiter.record.bindings.flatMap(({ binding }) =>
    binding.instance === undefined ? [] : [binding.instance]
  );
  return instances.length === 0 || instances.includes(instance);
}
