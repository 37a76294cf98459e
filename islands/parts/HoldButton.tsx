import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Control, Spec } from "./control.ts";
import { holdHandlers, useEndWhenAway } from "./hold_handlers.ts";

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
      {...holdHandlers({ begin, end })}
    >
      {children}
    </button>
  );
}

interface OwnPress {
  readonly id: string;
  /** The program has answered: what follows carries on what it knows of. */
  renews: boolean;
}

/** A press of now. `crypto.randomUUID` is for secure contexts alone, and a coach's site may have no certificate. */
function newPress(): OwnPress {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return { id: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""), renews: false };
}

/**
 * Sends the command while held, and the stop when it ends, for whatever reason. The requests may arrive in any order:
 * all carry the id of the press, so that none that is late moves anything.
 */
function useMotor(control: Control, commands: { readonly command: Spec; readonly stop: Spec | undefined }) {
  const [isHeld, setHeld] = useState(false);
  const timers = useRef<{ first?: ReturnType<typeof setTimeout>; renew?: ReturnType<typeof setInterval> }>({});
  const latest = useRef(control);
  latest.current = control;
  const press = useRef<OwnPress>({ id: "", renews: false });

  const move = async () => {
    const { current } = press;
    if (await latest.current.runHeld(commands.command.name, { ...current })) current.renews = true;
  };
  const start = () => {
    press.current = newPress();
    latest.current.page.desk.remember(latest.current.entity);
    delete timers.current.first;
    timers.current.renew = setInterval(() => void move(), renewEveryMs);
    void move();
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
    if (renew !== undefined && commands.stop) void latest.current.runHeld(commands.stop.name, { ...press.current });
  };
  useEndWhenAway(isHeld, end);
  return { isHeld, begin, end };
}
