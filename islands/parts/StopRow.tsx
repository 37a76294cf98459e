import { useState } from "preact/hooks";
import { Icon } from "../../lib/ui/mod.ts";
import type { EntityView } from "../../lib/wire/mod.ts";
import { type LivePage, useReady } from "../live/page.ts";
import { stopAll, type StopWhat } from "../live/stop_all.ts";

const text = {
  title: "Everything at once",
  motion: "Stop everything that moves",
  stop: "Stop",
  lights: "All lights off",
};

interface Props {
  readonly page: LivePage;
  readonly entities: readonly EntityView[];
}

/** Stop and darkness for the whole coach, at the end of the home page. */
export default function StopRow({ page, entities }: Props) {
  const stop = useStop(page);
  const hasLights = entities.some(({ kind }) => kind === "light");
  if (!hasMovers(entities) && !hasLights) return null;
  return (
    <section class="at-once" aria-label={text.title}>
      {hasMovers(entities) && (
        <button
          type="button"
          class="button at-once__stop"
          disabled={!stop.isFree}
          onClick={() => stop.run("motion")}
        >
          <Icon name="stop" />
          {text.motion}
        </button>
      )}
      {hasLights && (
        <button type="button" class="button" disabled={!stop.isFree} onClick={() => stop.run("lights")}>
          <Icon name="light" />
          {text.lights}
        </button>
      )}
    </section>
  );
}

/** The same stop beside the areas, where the thumb always finds it. */
export function StopButton({ page, entities }: Props) {
  const stop = useStop(page);
  if (!hasMovers(entities)) return null;
  return (
    <button
      type="button"
      class="button jump__stop"
      aria-label={text.motion}
      disabled={!stop.isFree}
      onClick={() => stop.run("motion")}
    >
      <Icon name="stop" />
      {text.stop}
    </button>
  );
}

/** A stop may be asked for as often as somebody wants; lights go off once. */
function useStop(page: LivePage) {
  const isReady = useReady();
  const [isDarkening, setDarkening] = useState(false);
  return {
    isFree: isReady && !isDarkening,
    run: async (what: StopWhat) => {
      if (what === "lights") setDarkening(true);
      await stopAll(page, what);
      if (what === "lights") setDarkening(false);
    },
  };
}

function hasMovers(entities: readonly EntityView[]): boolean {
  return entities.some(({ kind, commands }) => kind !== "generator" && commands.some(({ name }) => name === "stop"));
}
