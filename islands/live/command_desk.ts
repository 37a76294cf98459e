import { type Signal, signal } from "@preact/signals";
import type { TileOutcome } from "../../lib/ui/mod.ts";
import type { CommandResult, EntityView, Problem } from "../../lib/wire/mod.ts";
import { fetchSignedIn } from "./entrance.ts";

/** How the last command to an entity stands. */
export interface CommandState {
  readonly command: string;
  readonly outcome: TileOutcome;
  readonly reasons: readonly string[];
}

/** A sentence for the whole page; `quiet` ones are for screen readers alone, `done` ones tell of no problem. */
export interface Announcement {
  readonly sentence: string;
  readonly tone: "quiet" | "done" | "problem";
  /** The owner may give the word that the coach is parked, and try again. */
  readonly offersParked: boolean;
  /** Takes back what the sentence tells of. */
  readonly undo?: () => void;
  /** Grows, so that the same sentence twice is said twice. */
  readonly number: number;
}

type Parameters = Readonly<Record<string, number | string | boolean>>;

/** One press of a button that is held; the same id in all that it sends. */
export interface Press {
  readonly id: string;
  /** This carries the movement on, and never begins one. */
  readonly renews: boolean;
}

interface Request {
  readonly command: string;
  readonly parameters?: Parameters;
  readonly press?: Press;
}

const text = {
  confirmed: (name: string) => `${name}: the coach confirms.`,
  notConfirmed: (name: string) => `${name}: sent, but the coach did not confirm.`,
  refused: (name: string, reasons: string) => `${name}: refused. ${reasons}`,
  failed: (name: string) => `${name}: no answer from CoachIQ. Look whether it happened.`,
  hold: (name: string) => `${name}: hold the button. Nobody has seen this work yet.`,
};

/** How long a finished outcome stays on its tile, ms. */
const showMs = { confirmed: 1_400, problem: 8_000 } as const;
/** A browser opens six connections to one server: a stop must always find one free. */
const mostInFlight = 2;
/** How long the owner's word that the coach is parked is passed on, ms. */
const parkedWordMs = 10 * 60_000;
const rememberedPrefix = "coachiq.used.";

/** Sends commands and knows how each stands. The state of the entity is not touched: that is the coach's to say. */
export class CommandDesk {
  readonly announcement: Signal<Announcement | undefined> = signal<Announcement | undefined>(undefined);
  readonly #states = new Map<string, Signal<CommandState | undefined>>();
  readonly #inFlight = new Map<string, AbortController[]>();
  readonly #clearTimers = new Map<string, ReturnType<typeof setTimeout>>();
  #announced = 0;
  #parkedUntilMs = 0;

  state(id: string): Signal<CommandState | undefined> {
    let state = this.#states.get(id);
    if (!state) this.#states.set(id, state = signal<CommandState | undefined>(undefined));
    return state;
  }

  /** True when the first use asks for a hold: nobody saw it obey, and it was not used from this phone. */
  needsHold({ id, verified }: EntityView): boolean {
    if (verified) return false;
    try {
      return localStorage.getItem(rememberedPrefix + id) === null;
    } catch {
      // No storage in this browser: then every use is the first.
      return true;
    }
  }

  /** The hold was held: the next use is an ordinary one. */
  remember({ id }: EntityView): void {
    try {
      localStorage.setItem(rememberedPrefix + id, "1");
    } catch {
      // Asked again the next time.
    }
  }

  askForHold({ name }: EntityView): void {
    this.announce(text.hold(name), "problem");
  }

  announce(
    sentence: string,
    tone: Announcement["tone"],
    options: { readonly offersParked?: boolean; readonly undo?: () => void } = {},
  ): void {
    this.announcement.value = { offersParked: false, ...options, sentence, tone, number: ++this.#announced };
  }

  /** The owner says that the coach is parked. It counts only where the chassis does not say so itself. */
  sayParked(): void {
    this.#parkedUntilMs = performance.now() + parkedWordMs;
  }

  /** The word is given, and is passed on with what asks for it. */
  isParkedSaid(): boolean {
    return performance.now() < this.#parkedUntilMs;
  }

  /**
   * Sends one command and waits for its outcome. Of several to one entity the newest counts; older ones that wait for
   * their answer are given up, so that the newest is never held up. True: the program has answered.
   */
  async run(
    entity: EntityView,
    request: Request,
  ): Promise<boolean> {
    const abort = new AbortController();
    const others = this.#inFlight.get(entity.id) ?? [];
    while (others.length >= mostInFlight) others.shift()?.abort();
    others.push(abort);
    this.#inFlight.set(entity.id, others);
    this.#show(entity, { command: request.command, outcome: "pending", reasons: [] });
    const parked = performance.now() < this.#parkedUntilMs;
    const result = await post(entity.id, { request: { ...request, parked }, signal: abort.signal });
    const isNewest = others.at(-1) === abort;
    const place = others.indexOf(abort);
    if (place >= 0) others.splice(place, 1);
    if (result === "aborted") return false;
    if (isNewest) this.#finish(entity, { command: request.command, ...result });
    return result.outcome !== "failed";
  }

  #finish(entity: EntityView, state: CommandState): void {
    this.#show(entity, state);
    const reasons = state.reasons.join(" ");
    if (state.outcome === "confirmed") this.announce(text.confirmed(entity.name), "quiet");
    if (state.outcome === "notConfirmed") this.announce(text.notConfirmed(entity.name), "problem");
    if (state.outcome === "refused") {
      const offersParked = entity.kind === "awning" && performance.now() >= this.#parkedUntilMs;
      this.announce(text.refused(entity.name, reasons), "problem", { offersParked });
    }
    if (state.outcome === "failed") this.announce(text.failed(entity.name), "problem");
    const forMs = state.outcome === "confirmed" ? showMs.confirmed : showMs.problem;
    this.#clearTimers.set(entity.id, setTimeout(() => (this.state(entity.id).value = undefined), forMs));
  }

  #show({ id }: EntityView, state: CommandState): void {
    clearTimeout(this.#clearTimers.get(id));
    this.state(id).value = state;
  }
}

async function post(
  id: string,
  options: {
    readonly request: Request & { readonly parked: boolean };
    readonly signal: AbortSignal;
  },
): Promise<Pick<CommandState, "outcome" | "reasons"> | "aborted"> {
  const { command, parameters = {}, parked, press } = options.request;
  try {
    const response = await fetchSignedIn(`/api/entities/${encodeURIComponent(id)}/commands`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ command, parameters, ...(parked ? { parked } : {}), ...(press ? { press } : {}) }),
      signal: options.signal,
      // The stop of a motor must go out even when the page is being left.
      keepalive: true,
    });
    const body: CommandResult | Problem = await response.json();
    if ("outcome" in body) return { outcome: body.outcome, reasons: body.reasons };
    return { outcome: "refused", reasons: body.errors ?? [body.detail] };
  } catch {
    return options.signal.aborted ? "aborted" : { outcome: "failed", reasons: [] };
  }
}
