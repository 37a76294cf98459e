import { useEffect, useRef, useState } from "preact/hooks";
import {
  DiagnosticList,
  FrameList,
  InterfaceCards,
  NodeList,
  Part,
  SilentList,
  UnknownDgnList,
  UnmappedList,
} from "../lib/ui/mod.ts";
import type { CanInterfaceView, DiagnosticView, FrameView, NodeView, UnknownView } from "../lib/wire/mod.ts";
import { fetchSignedIn } from "./live/entrance.ts";
import { type LivePage, useLivePage, useReady } from "./live/page.ts";
import FrameFilterForm, { emptyFilter, matches } from "./parts/FrameFilterForm.tsx";
import RecorderControls, { type RecorderState } from "./parts/RecorderControls.tsx";

const text = {
  interfaces: "Interfaces",
  diagnostics: "Faults",
  nodes: "Nodes",
  unknown: "Unknown DGNs",
  unmapped: "Not mapped",
  silent: "Silent",
  frames: "Live frames",
  pause: "Pause",
  resume: "Go on",
  omitted: (count: number) => `${count} more frames passed and are not shown.`,
};

/** Frames kept for the filter, and shown. */
const kept = 400;
const shown = 60;
const refreshEveryMs = 3_000;

interface Lists {
  readonly unknown: UnknownView;
  readonly nodes: readonly NodeView[];
  readonly diagnostics: readonly DiagnosticView[];
}

interface Props extends Lists {
  readonly interfaces: readonly CanInterfaceView[];
  readonly frames: readonly FrameView[];
  readonly recording: RecorderState;
}

/** The buses, live. */
export default function CanMonitor(props: Props) {
  const page = useLivePage({});
  const isReady = useReady();
  const lists = useLists(props);
  const trace = useTrace(page, props);
  const [filter, setFilter] = useState(emptyFilter);
  const frames = trace.frames.filter((frame) => matches(filter, frame)).slice(-shown).reverse();
  return (
    <div class="bus">
      <Part id="interfaces" title={text.interfaces}>
        <InterfaceCards interfaces={trace.interfaces} />
        <RecorderControls first={props.recording} interfaces={trace.interfaces.map(({ name }) => name)} page={page} />
      </Part>
      <Part id="diagnostics" title={text.diagnostics} count={lists.diagnostics.length}>
        <DiagnosticList diagnostics={lists.diagnostics} />
      </Part>
      <Part id="frames" title={text.frames}>
        <FrameFilterForm filter={filter} onChange={setFilter} isDisabled={!isReady}>
          <button
            type="button"
            class="button"
            aria-pressed={trace.isPaused}
            disabled={!isReady}
            onClick={trace.togglePause}
          >
            {trace.isPaused ? text.resume : text.pause}
          </button>
        </FrameFilterForm>
        <div class="trace">
          <FrameList frames={frames} />
        </div>
        <p class="muted">{trace.omitted > 0 ? text.omitted(trace.omitted) : "\u00a0"}</p>
      </Part>
      <Part id="silent" title={text.silent} count={lists.unknown.silent.length}>
        <SilentList unknown={lists.unknown} />
      </Part>
      <Part id="unmapped" title={text.unmapped} count={lists.unknown.instances.length}>
        <UnmappedList unknown={lists.unknown} />
      </Part>
      <Part id="unknown" title={text.unknown} count={lists.unknown.dgns.length}>
        <UnknownDgnList unknown={lists.unknown} />
      </Part>
      <Part id="nodes" title={text.nodes} count={lists.nodes.length}>
        <NodeList nodes={lists.nodes} />
      </Part>
    </div>
  );
}

/** Frames and interfaces from the socket. Paused, frames are let go by: a pause is for reading. */
function useTrace(page: LivePage, first: Props) {
  const [interfaces, setInterfaces] = useState(first.interfaces);
  const [frames, setFrames] = useState<readonly FrameView[]>(first.frames);
  const [omitted, setOmitted] = useState(0);
  const [isPaused, setPaused] = useState(false);
  const paused = useRef(false);
  useEffect(() => {
    const deafen = page.connection?.listen((message) => {
      if (!("topic" in message) || message.topic !== "can") return;
      setInterfaces(message.data.interfaces);
      if (paused.current || message.data.frames.length === 0) return;
      setFrames((before) => [...before, ...message.data.frames].slice(-kept));
      setOmitted(message.data.omittedFrames);
    });
    const unsubscribe = page.connection?.subscribe("can");
    return () => {
      deafen?.();
      unsubscribe?.();
    };
  }, [page]);
  const togglePause = () => {
    paused.current = !paused.current;
    setPaused(paused.current);
  };
  return { interfaces, frames, omitted, isPaused, togglePause };
}

function useLists(first: Lists): Lists {
  const [lists, setLists] = useState<Lists>(first);
  useEffect(() => {
    const refresh = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const [unknown, nodes, diagnostics] = await Promise.all(
          ["unknown", "nodes", "diagnostics"].map(async (name) =>
            await (await fetchSignedIn(`/api/can/${name}`)).json()
          ),
        );
        setLists({ unknown, nodes, diagnostics });
      } catch {
        // The banner says that the coach cannot be reached.
      }
    };
    const timer = setInterval(refresh, refreshEveryMs);
    return () => clearInterval(timer);
  }, []);
  return lists;
}
