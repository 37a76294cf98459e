import { useEffect, useState } from "preact/hooks";
import { BindingList, ProvenanceCard, SignalTable } from "../lib/ui/mod.ts";
import type { CoachView, EntityDetail, TemperatureUnit } from "../lib/wire/mod.ts";
import { fetchSignedIn } from "./live/entrance.ts";
import { type LivePage, useLivePage, useTopic } from "./live/page.ts";
import CommandForm from "./parts/CommandForm.tsx";
import { useControl } from "./parts/control.ts";
import EntityTile from "./parts/EntityTile.tsx";
import HistoryChart from "./parts/HistoryChart.tsx";

const text = {
  signals: "Signals",
  history: "History",
  commands: "Commands",
  commandsHelp: "Everything this device understands, with all its parameters.",
  bindings: "Fed by",
  provenance: "Where this comes from",
  noCommands: "This device is shown only. It takes no commands.",
};

/** The details are asked for again this often while the page is looked at, ms. */
const refreshEveryMs = 2_000;

interface Props {
  readonly entity: EntityDetail;
  readonly coach: CoachView;
  readonly temperature: TemperatureUnit;
  /** Where the program is that draws charts. */
  readonly chartUrl: string;
}

/** One entity with everything known of it. */
export default function EntityPanel({ entity: first, coach, temperature, chartUrl }: Props) {
  const page = useLivePage({ entities: [first], coach, temperature });
  useTopic(page, "entities");
  const { entity, elapsedMs } = useDetail(page, first);
  const control = useControl(page, first.id);
  const unit = page.temperature.value;
  return (
    <div class="detail">
      <div class="tiles tiles--single">
        <EntityTile page={page} id={first.id} />
      </div>
      <section aria-labelledby="signals">
        <h2 id="signals">{text.signals}</h2>
        <SignalTable entity={entity} temperature={unit} elapsedMs={elapsedMs} />
      </section>
      {first.signals.length > 0 && (
        <section aria-labelledby="history">
          <h2 id="history">{text.history}</h2>
          <HistoryChart entity={first} temperature={unit} chartUrl={chartUrl} />
        </section>
      )}
      <section aria-labelledby="commands">
        <h2 id="commands">{text.commands}</h2>
        <p class="muted">{entity.commands.length === 0 ? text.noCommands : text.commandsHelp}</p>
        {control &&
          entity.commands.map((command) => <CommandForm key={command.name} control={control} command={command} />)}
      </section>
      <section aria-labelledby="bindings">
        <h2 id="bindings">{text.bindings}</h2>
        <BindingList entity={entity} elapsedMs={elapsedMs} />
      </section>
      <section aria-labelledby="provenance">
        <h2 id="provenance">{text.provenance}</h2>
        <ProvenanceCard provenance={entity.provenance} />
      </section>
    </div>
  );
}

/** The details again and again, and at once when the entity changes; ages go on counting in between. */
function useDetail(page: LivePage, first: EntityDetail) {
  const [detail, setDetail] = useState({ entity: first, receivedMs: page.nowMs.peek() });
  const live = page.store.entity(first.id)?.value;
  useEffect(() => {
    let isCurrent = true;
    const refresh = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const response = await fetchSignedIn(`/api/entities/${encodeURIComponent(first.id)}`);
        if (!response.ok || !isCurrent) return;
        setDetail({ entity: await response.json(), receivedMs: performance.now() });
      } catch {
        // The banner says that the coach cannot be reached; what is shown grows old visibly.
      }
    };
    const soon = setTimeout(refresh, 150);
    const timer = setInterval(refresh, refreshEveryMs);
    return () => {
      isCurrent = false;
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [first.id, live?.receivedMs]);
  return { entity: detail.entity, elapsedMs: Math.max(0, page.nowMs.value - detail.receivedMs) };
}
