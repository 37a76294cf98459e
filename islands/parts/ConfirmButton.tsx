import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Control } from "./control.ts";

/** How long a first use is held, ms; the ring in the stylesheet takes the same time. */
const holdMs = 800;

const text = {
  sure: (name: string) => `${name}: nobody has seen this work yet. Use it now?`,
};

interface Props {
  readonly control: Control;
  /** Asks for the hold whatever is known of the entity. */
  readonly alwaysHold?: boolean;
  readonly isPressed?: boolean | undefined;
  readonly isDisabled?: boolean;
  readonly class?: string;
  readonly label?: string;
  readonly onConfirm: () => void;
  readonly children: ComponentChildren;
}

/**
 * A button that acts on a tap; where nobody has seen the output work it acts only after a hold. A screen reader cannot
 * hold: its press is asked back in words.
 */
export default function ConfirmButton(props: Props) {
  const { control } = props;
  const asksHold = props.alwaysHold || control.needsHold;
  const hold = useHold(() => act());
  const act = () => {
    control.page.desk.remember(control.entity);
    props.onConfirm();
  };
  const onClick = (event: MouseEvent) => {
    if (!asksHold) return act();
    if (hold.wasPressed()) return;
    if (event.detail === 0 && confirm(text.sure(control.entity.name))) act();
  };
  const press = asksHold
    ? {
      onPointerDown: hold.begin,
      onPointerUp: () => hold.end() && control.page.desk.askForHold(control.entity),
      onPointerCancel: hold.end,
      onPointerLeave: hold.end,
      onKeyDown: (event: KeyboardEvent) => isPressKey(event) && !event.repeat && hold.begin(),
      onKeyUp: (event: KeyboardEvent) =>
        isPressKey(event) && hold.end() && control.page.desk.askForHold(control.entity),
      onContextMenu: (event: Event) => event.preventDefault(),
    }
    : {};
  return (
    <button
      type="button"
      class={[props.class ?? "button", asksHold && "asks-hold", hold.isHolding && "is-holding"].filter(Boolean).join(
        " ",
      )}
      disabled={props.isDisabled || !control.isEnabled}
      aria-pressed={props.isPressed}
      aria-label={props.label}
      onClick={onClick}
      {...press}
    >
      {props.children}
    </button>
  );
}

function isPressKey({ key }: KeyboardEvent): boolean {
  return key === "Enter" || key === " ";
}

function useHold(onHeld: () => void) {
  const [isHolding, setHolding] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const pressed = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  const begin = () => {
    pressed.current = true;
    setHolding(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setHolding(false);
      onHeld();
    }, holdMs);
  };
  /** True when it was let go too early. */
  const end = (): boolean => {
    const wasEarly = timer.current !== undefined;
    clearTimeout(timer.current);
    timer.current = undefined;
    setHolding(false);
    return wasEarly;
  };
  /** True once after a press by finger, mouse or key: the click that follows belongs to it. */
  const wasPressed = (): boolean => {
    const was = pressed.current;
    pressed.current = false;
    return was;
  };
  return { isHolding, begin, end, wasPressed };
}
