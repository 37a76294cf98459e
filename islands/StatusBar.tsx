import { useEffect, useState } from "preact/hooks";
import { Icon } from "../lib/ui/mod.ts";
import type { HealthView } from "../lib/wire/mod.ts";
import { useLivePage, useTopic } from "./live/page.ts";

const text = {
  lost: "No connection to the coach. What you see is old.",
  trying: "Trying again…",
  failed: "CoachIQ has a problem. Commands are off.",
  degraded: "Not everything works.",
  close: "Close",
  parked: "It is parked",
};

/** How long a sentence stays, ms: long enough to read it twice. */
const showMs = 9_000;

/** What concerns the whole page: the connection, the program's own health, and what became of the last tap. */
export default function StatusBar({ health: first }: { readonly health: HealthView }) {
  const page = useLivePage({ health: first });
  useTopic(page, "health");
  const health = page.store.health.value ?? first;
  const isLost = page.connection?.state.value === "lost";
  useEffect(() => {
    document.documentElement.classList.toggle("is-offline", isLost);
  }, [isLost]);
  const announcement = page.desk.announcement.value;
  const [closed, setClosed] = useState(0);
  useEffect(() => {
    if (!announcement) return;
    const timer = setTimeout(() => setClosed(announcement.number), showMs);
    return () => clearTimeout(timer);
  }, [announcement?.number]);
  const isShown = announcement?.tone === "problem" && announcement.number > closed;
  return (
    <>
      {isLost && (
        <div class="banner banner--lost" role="alert">
          <Icon name="warning" />
          <span>{text.lost}</span>
          <small>{text.trying}</small>
        </div>
      )}
      {health.status !== "ok" && (
        <div class="banner banner--problem" role="alert">
          <Icon name="warning" />
          <span>{health.status === "failed" ? text.failed : text.degraded}</span>
          <ul>{health.problems.map((one) => <li key={one.what}>{`${one.what} ${one.todo}`}</li>)}</ul>
        </div>
      )}
      <div class={isShown ? "toast is-shown" : "toast"} role="status" aria-live="polite">
        <span key={announcement?.number}>{announcement?.sentence}</span>
        {isShown && announcement.offersParked && (
          <button
            type="button"
            class="button"
            onClick={() => {
              page.desk.sayParked();
              setClosed(announcement.number);
            }}
          >
            {text.parked}
          </button>
        )}
        {isShown && (
          <button type="button" class="button" onClick={() => setClosed(announcement.number)}>{text.close}</button>
        )}
      </div>
    </>
  );
}
