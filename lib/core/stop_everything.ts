import { armCommand, type Hub } from "../hub/mod.ts";

/** What came of it: how many obeyed, and the names of those that did not. */
export interface StopOutcome {
  readonly done: number;
  readonly failed: readonly string[];
}

/** `motion`: everything that moves stops; `lights`: every light goes off. */
export type StopWhat = "motion" | "lights";

/** Commands everything that takes the command, at once, and waits for the answers. */
export async function stopEverything(hub: Hub, request: {
  readonly what: StopWhat;
  readonly actor: string;
  readonly address?: string;
  /** Tells phones of one actor apart. */
  readonly clientId?: string;
  /** Whether somebody may command this light; what moves anybody stops. Default: all of them. */
  readonly maySwitch?: (id: string) => boolean;
}): Promise<StopOutcome> {
  const { what, maySwitch = () => true, ...asker } = request;
  const command = what === "motion" ? "stop" : "turnOff";
  const concerned = hub.entities().filter((record) =>
    (what === "motion"
      ? record.definition.kind !== "generator"
      : record.definition.kind === "light" && maySwitch(record.definition.id)) &&
    hub.commandsOf(record).some((spec) => spec.name === command && spec !== armCommand)
  );
  const outcomes = await Promise.all(concerned.map(async ({ definition: { id, name } }) => {
    const { outcome } = await hub.command(id, { command, parameters: {}, ...asker });
    return { name, isDone: outcome === "confirmed" };
  }));
  return {
    done: outcomes.filter(({ isDone }) => isDone).length,
    failed: outcomes.flatMap(({ name, isDone }) => isDone ? [] : [name]),
  };
}
