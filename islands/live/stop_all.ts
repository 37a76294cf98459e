import type { EntityView } from "../../lib/wire/mod.ts";
import { ask, withJson } from "./ask.ts";
import type { LivePage } from "./page.ts";

export type StopWhat = "motion" | "lights";

const text = {
  stopped: "Everything that moves was told to stop, and says that it stands.",
  dark: "All lights are off.",
  some: {
    motion: (names: string) => `Told to stop, but did not confirm it: ${names}. Look whether it stands.`,
    lights: (names: string) => `Did not confirm that it is off: ${names}.`,
  },
  none: { motion: "There is nothing that moves.", lights: "There is no light to switch." },
};

/** Stops everything that moves, or switches every light off, and says what came of it. Lights can be lit again. */
export async function stopAll(page: LivePage, what: StopWhat): Promise<void> {
  const lit = what === "lights" ? litLights(page) : [];
  const asked = await ask<{ readonly done: number; readonly failed: readonly string[] }>("/api/safety/stop", {
    ...withJson("POST", { what }),
    // The stop must go out even when the page is being left.
    keepalive: true,
  });
  if ("refused" in asked) return page.desk.announce(asked.refused, "problem");
  const { done, failed } = asked.answer;
  const undo = lit.length === 0 ? {} : { undo: () => relight(page, lit) };
  if (failed.length > 0) page.desk.announce(text.some[what](failed.join(", ")), "problem", undo);
  else if (done === 0) page.desk.announce(text.none[what], "done");
  else page.desk.announce(what === "motion" ? text.stopped : text.dark, "done", undo);
}

/** Lights that say that they are on, as they are now. */
function litLights({ store }: LivePage): readonly EntityView[] {
  return store.order.peek().flatMap((id) => store.entity(id)?.peek().view ?? []).filter(({ kind, state }) => {
    const { on } = state;
    return kind === "light" && on !== undefined && "value" in on && on.value === true;
  });
}

/** As bright as they were, where they told it. */
function relight(page: LivePage, lights: readonly EntityView[]): void {
  for (const light of lights) {
    const { brightnessPct } = light.state;
    const isDimmer = light.commands.some(({ name }) => name === "setBrightness");
    const level = brightnessPct && "value" in brightnessPct ? brightnessPct.value : undefined;
    const request = isDimmer && typeof level === "number" && level > 0
      ? { command: "setBrightness", parameters: { brightnessPct: level } }
      : { command: "turnOn" };
    void page.desk.run(light, request);
  }
}
