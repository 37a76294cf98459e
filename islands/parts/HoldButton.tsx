import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Control, Spec } from "./control.ts";

/** The command is sent again this often while the button is held, ms; the coach stops without it. */
const renewEveryMs = 250;
/** An output that nobody has seen move starts only after this, ms. */
const firstUseMs = 800;

const text = {
  hold: (label: string, name: string) => `${label}, ${name}. Hold to move.`,
};

interface Props {
  readonly control: Control;
  readonly command: Spec;
  readonly stop: Spec | undefined;
  readonly children: ComponentChildren;
}

/**
 * Moves something for as long as it is held. It stops when the finger lifts, slides away or is taken over by a gesture,
 * when the page is hidden, and when the button disappears.
 */
export default function HoldButton({ control, command, stop, children }: Props) {
  const { isHeld, begin, end } = useMotor(control, { command, stop });
  return (
    <button
      type="button"
      class={isHeld ? "button hold is-held" : "button hold"}
      disabled={!control.isEnabled}
      aria-label={text.hold(command.label, control.entity.name)}
      data-command={command.name}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        begin();
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onLostPointerCapture={end}
      onKeyDown={(event) => (event.key === " " || event.key === "Enter") && !event.repeat && begin()}
      onKeyUp={end}
      onBlur={end}
      onContextMenu={(event) => event.preventDefault()}
    >
      {children}
    </button>
  );
}

/** Sends the command while held, and the stop when it ends, for whatever reason. */
function useMotor(control: Control, commands: { readonly command: Spec; readonly stop: Spec | undefined }) {
  const [isHeld, setHeld] = useState(false);
  const timers = useRef<{ first?: ReturnType<typeof setTimeout>; renew?: ReturnType<typeof setInterval> }>({});
  const latest = useRef(control);
  latest.current = control;

  const move = () => void latest.current.run(commands.command.name);
  const start = () => {
    latest.current.page.desk.remember(latest.current.entity);
    delete timers.current.first;
    timers.current.renew = setInterval(move, renewEveryMs);
    move();
  };
  const begin = () => {
    if (timers.current.first !== undefined || timers.current.renew !== undefined) return;
    setHeld(true);
    if (control.needsHold) timers.current.first = setTimeout(start, firstUseMs);
    else start();
  };
  const end = () => {
    const { first, renew } = timers.current;
    clearTimeout(first);
    clearInterval(renew);
    timers.current = {};
    setHeld(false);
    if (first !== undefined) latest.current.page.desk.askForHold(latest.current.entity);
    if (renew !== undefined && commands.stop) void latest.current.run(commands.stop.name);
  };
  useEffect(() => {
    if (!isHeld) return;
    const away = () => document.visibilityState === "hidden" && end();
    document.addEventListener("visibilitychange", away);
    addEventListener("blur", end);
    addEventListener("pagehide", end);
    return () => {
      document.removeEventListener("visibilitychange", away);
      removeEventListener("blur", end);
      removeEventListener("pagehide", end);
    };
  }, [isHeld]);
  useEffect(() => end, []);
  return { isHeld, begin, end };
}
