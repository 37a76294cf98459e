import type { ComponentChildren } from "preact";
import { isPressKey, useHold } from "./use_hold.ts";

/** How long consent is held, ms; the ring in the stylesheet takes the same time. */
const holdMs = 1_500;

interface Props {
  readonly tone?: "accent" | "danger";
  readonly isDisabled?: boolean;
  /** Asked back in words where nobody can hold: a screen reader's press. */
  readonly question: string;
  readonly onConfirm: () => void;
  /** Let go too early. */
  readonly onEarly: () => void;
  readonly children: ComponentChildren;
}

/** A button for what cannot be taken back: it acts only after a hold, while a ring fills. */
export default function HoldToConfirm({ tone, isDisabled = false, question, onConfirm, onEarly, children }: Props) {
  const hold = useHold(onConfirm, holdMs);
  const letGo = () => void (hold.end() && onEarly());
  const classes = ["button", "consent", tone && `consent--${tone}`, hold.isHolding && "is-holding"];
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(" ")}
      disabled={isDisabled}
      onClick={(event) => !hold.wasPressed() && event.detail === 0 && confirm(question) && onConfirm()}
      onPointerDown={(event) => event.button === 0 && hold.begin()}
      onPointerUp={letGo}
      onPointerCancel={hold.end}
      onPointerLeave={hold.end}
      onKeyDown={(event) => {
        if (!isPressKey(event)) return;
        event.preventDefault();
        if (!event.repeat) hold.begin();
      }}
      onKeyUp={letGo}
      onBlur={hold.end}
      onContextMenu={(event) => event.preventDefault()}
    >
      <svg class="consent__ring" viewBox="0 0 24 24" aria-hidden="true">
        <circle class="consent__track" cx="12" cy="12" r="9" />
        <circle class="consent__fill" cx="12" cy="12" r="9" pathLength="1" />
      </svg>
      <span>{children}</span>
    </button>
  );
}
