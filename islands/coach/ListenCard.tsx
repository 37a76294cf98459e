import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../lib/ui/mod.ts";
import type { ListeningView } from "../../lib/wire/mod.ts";
import type { LivePage } from "../live/page.ts";
import { jsonRequest } from "./ask_coach.ts";
import Finding from "./Finding.tsx";
import { type CoachDesk, lookAt } from "./use_coach.ts";

const text = {
  title: "Press the wall switch",
  help: "Tap the button, then go and press one switch of the coach a few times. What moved is listed here.",
  start: "Listen for 20 seconds",
  again: "Listen again",
  now: "Press the switch now, three times",
  left: (seconds: number) => `${seconds} s`,
  nothingYet: "Nothing moved yet.",
  nothing: "Nothing moved. Not every switch speaks on this bus; try another, or press it longer.",
  moved: (change: string, times: number) => times === 1 ? change : `${change}, ${times} times`,
  known: (name: string) => `Mapped already: ${name}`,
};

const durationMs = 20_000;
/** While it listens it is asked this often, ms. */
const pollEveryMs = 500;

interface Props {
  readonly first: ListeningView;
  readonly names: Readonly<Record<string, string>>;
  readonly page: LivePage;
  readonly desk: CoachDesk;
}

/** Listens while somebody presses a switch, and lists what moved, most likely first. */
export default function ListenCard({ first, names, page, desk }: Props) {
  const { view, leftMs, wasAsked, listen } = useListening(first, desk);
  const [openKey, setOpenKey] = useState<string | undefined>(undefined);
  const isListening = view.listening;
  return (
    <section class={isListening ? "card listen is-listening" : "card listen"} aria-labelledby="listen">
      <h2 id="listen">{text.title}</h2>
      {isListening
        ? (
          <div class="listen__now" role="timer">
            <b>{text.left(Math.ceil(leftMs / 1000))}</b>
            <span>{text.now}</span>
          </div>
        )
        : (
          <>
            <p class="muted">{text.help}</p>
            <button
              type="button"
              class="button button--accent button--wide listen__start"
              disabled={!desk.isReady || desk.isBusy}
              onClick={() => void listen()}
            >
              <Icon name="switch" />
              {wasAsked ? text.again : text.start}
            </button>
          </>
        )}
      <ol class="findings" aria-live="polite">
        {view.moved.map((one, i) =>
          one.entityId === undefined
            ? (
              <Finding
                key={one.key}
                heard={one}
                says={text.moved(one.change, one.times)}
                isFirst={i === 0}
                isOpen={(openKey ?? view.moved[0]?.key) === one.key}
                page={page}
                desk={desk}
                onOpen={(isOpen) => setOpenKey(isOpen ? one.key : "")}
              />
            )
            : <Known key={one.key} moved={one} name={names[one.entityId] ?? one.entityId} entityId={one.entityId} />
        )}
      </ol>
      {view.moved.length === 0 && (isListening || wasAsked) && (
        <p class="muted">{isListening ? text.nothingYet : text.nothing}</p>
      )}
    </section>
  );
}

function Known(
  { moved, name, entityId }: {
    readonly moved: ListeningView["moved"][number];
    readonly name: string;
    readonly entityId: string;
  },
) {
  return (
    <li class="card finding">
      <a class="finding__head" href={`/settings/coach/mapping/${entityId}`}>
        <span class="row__main">
          <b class="finding__says">{text.moved(moved.change, moved.times)}</b>
          <span class="is-good">{text.known(name)}</span>
        </span>
        <Icon name="more" class="row__more" />
      </a>
    </li>
  );
}

/** One session of listening, asked for again and again while it lasts; the seconds between are the phone's own. */
function useListening(first: ListeningView, desk: CoachDesk) {
  const [view, setView] = useState(first);
  const [wasAsked, setAsked] = useState(first.listening || first.moved.length > 0);
  const [nowMs, setNowMs] = useState(0);
  const heardMs = useRef(0);
  const take = (next: ListeningView) => {
    heardMs.current = performance.now();
    setNowMs(heardMs.current);
    setView(next);
  };
  useEffect(() => {
    if (!view.listening) return;
    heardMs.current = performance.now();
    setNowMs(heardMs.current);
    const timer = setInterval(async () => {
      setNowMs(performance.now());
      const next = await lookAt<ListeningView>("discovery/listen");
      if (next) take(next);
    }, pollEveryMs);
    return () => clearInterval(timer);
  }, [view.listening]);
  return {
    view,
    wasAsked,
    leftMs: Math.max(0, view.remainingMs - (nowMs - heardMs.current)),
    listen: async () => {
      const next = await desk.change<ListeningView>("discovery/listen", jsonRequest("POST", { durationMs }));
      if (!next) return;
      setAsked(true);
      take(next);
    },
  };
}
