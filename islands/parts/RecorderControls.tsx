import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../../lib/wire/mod.ts";
import { fetchSignedIn } from "../live/entrance.ts";
import { type LivePage, useReady } from "../live/page.ts";

/** What the recorder is doing, as `/api/can/recordings` answers. */
export interface RecorderState {
  readonly recording: boolean;
  readonly file: string | null;
  readonly frames: number;
  readonly bytes: number;
  readonly dropped: number;
}

const text = {
  start: "Record",
  stop: "Stop recording",
  idle: "Not recording",
  to: (file: string) => `Recording to ${file}`,
  last: (file: string) => `Last recording: ${file}`,
  size: (frames: string, kilobytes: string) => `${frames} frames, ${kilobytes} kB`,
  failed: "CoachIQ cannot be reached.",
};

const refreshEveryMs = 2_000;

/** Starts and stops the recorder, and says what it is doing. */
export default function RecorderControls(
  { first, interfaces, page }: {
    readonly first: RecorderState;
    readonly interfaces: readonly string[];
    readonly page: LivePage;
  },
) {
  const isReady = useReady();
  const [state, setState] = useState(first);
  useEffect(() => {
    if (!state.recording) return;
    const timer = setInterval(async () => {
      const response = await fetchSignedIn("/api/can/recordings").catch(() => undefined);
      if (response?.ok) setState(await response.json());
    }, refreshEveryMs);
    return () => clearInterval(timer);
  }, [state.recording]);
  const change = async () => {
    try {
      const response = await fetchSignedIn("/api/can/recordings", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ action: state.recording ? "stop" : "start" }),
      });
      const body: RecorderState | Problem = await response.json();
      if ("recording" in body) setState(body);
      else page.desk.announce(body.detail, "problem");
    } catch {
      page.desk.announce(text.failed, "problem");
    }
  };
  return (
    <div class="recorder">
      <button
        type="button"
        class={state.recording ? "button button--recording" : "button"}
        disabled={!isReady || interfaces.length === 0}
        onClick={() => void change()}
      >
        {state.recording ? text.stop : text.start}
      </button>
      <p class="muted">
        {state.file === null ? text.idle : state.recording ? text.to(state.file) : text.last(state.file)}
        {state.file !== null && (
          <small>{text.size(state.frames.toLocaleString("en-US"), (state.bytes / 1000).toFixed(0))}</small>
        )}
      </p>
    </div>
  );
}
