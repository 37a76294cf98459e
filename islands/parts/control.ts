import { useComputed } from "@preact/signals";
import { freshnessNote } from "../../lib/ui/mod.ts";
import type { EntityView, TemperatureUnit } from "../../lib/wire/mod.ts";
import type { CommandState, Press } from "../live/command_desk.ts";
import { type LivePage, useReady } from "../live/page.ts";

export type Parameters = Readonly<Record<string, number | string | boolean>>;
export type Spec = EntityView["commands"][number];

/** All that a control of one entity needs. */
export interface Control {
  readonly page: LivePage;
  readonly entity: EntityView;
  /** Since this phone got the entity's state, ms. */
  readonly elapsedMs: number;
  readonly temperature: TemperatureUnit;
  /** The page has come alive and the coach can be reached. */
  readonly isEnabled: boolean;
  /** The first use asks for a hold. */
  readonly needsHold: boolean;
  readonly state: CommandState | undefined;
  /** True: the program has answered. */
  run(command: string, parameters?: Parameters): Promise<boolean>;
  /** As {@link run}, for a button that is held. */
  runHeld(command: string, press: Press): Promise<boolean>;
}

/** The control of an entity; undefined when it has left the coach. */
export function useControl(page: LivePage, id: string): Control | undefined {
  const isReady = useReady();
  const signal = page.store.entity(id);
  const ageTick = useComputed(() => signal?.value.view.freshness === "stale" ? page.nowMs.value : 0);
  if (!signal) return undefined;
  const { view: entity, receivedMs } = signal.value;
  const isOpen = page.connection?.state.value === "open";
  return {
    page,
    entity,
    elapsedMs: Math.max(0, ageTick.value - receivedMs),
    temperature: page.temperature.value,
    isEnabled: isReady && isOpen,
    needsHold: isReady && entity.commands.length > 0 && page.desk.needsHold(entity),
    state: page.desk.state(id).value,
    run: (command, parameters = {}) => page.desk.run(entity, { command, parameters }),
    runHeld: (command, press) => page.desk.run(entity, { command, press }),
  };
}

export function commandNamed({ entity }: Control, name: string): Spec | undefined {
  return entity.commands.find((command) => command.name === name);
}

/** The command that ends the movement of a held one: `stop`, or the one that names its part (`stopLid`). */
export function stopOf({ entity }: Control, held: Spec): Spec | undefined {
  const stops = entity.commands.filter(({ name }) => name.startsWith("stop"));
  return stops.find(({ name }) => name !== "stop" && held.name.endsWith(name.slice(4))) ??
    stops.find(({ name }) => name === "stop");
}

const text = {
  pending: "Sending…",
  confirmed: "Confirmed",
  notConfirmed: "Not confirmed",
  refused: (reason: string) => `Refused: ${reason}`,
  refusedPlain: "Refused",
  failed: "No answer",
  hold: "Hold to use",
};

/** The second line of a tile: first what became of the tap, then how old the state is, then what else is known. */
export function noteOf(control: Control, otherwise: string): string {
  const { state, entity, elapsedMs } = control;
  switch (state?.outcome) {
    case "pending":
      return text.pending;
    case "confirmed":
      return text.confirmed;
    case "notConfirmed":
      return text.notConfirmed;
    case "refused":
      return state.reasons[0] === undefined ? text.refusedPlain : text.refused(state.reasons[0]);
    case "failed":
      return text.failed;
    default:
      return freshnessNote(entity, { elapsedMs }) ?? (control.needsHold ? text.hold : otherwise);
  }
}
