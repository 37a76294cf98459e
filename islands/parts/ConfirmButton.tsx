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
    if (hold.wasPressed()) return;
    if (!asksHold) return act();
    if (event.detail === 0 && confirm(text.sure(control.entity.name))) act();
  };
  const letGo = () => {
    if (hold.end()) control.page.desk.askForHold(control.entity);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isPressKey(event)) return;
    // A key that is kept down must not act again and again.
    if (event.repeat || asksHold) event.preventDefault();
    if (asksHold && !event.repeat) hold.begin();
    if (!asksHold && !event.repeat) hold.forget();
  };
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
      onPointerDown={asksHold ? hold.begin : hold.forget}
      onPointerUp={letGo}
      onPointerCancel={hold.end}
      onPointerLeave={hold.end}
      onKeyDown={onKeyDown}
      onKeyUp={letGo}
      onContextMenu={(event) => asksHold && event.preventDefault()}
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
  /** An ordinary press begins: no hold has a part in its click. */
  const forget = () => {
    pressed.current = false;
  };
  /**
   * True once after a press that began as a hold: the click that follows belongs to it, even when the hold has made the
   * button an ordinary one meanwhile.
   */
  const wasPressed = (): boolean => {
    const was = pressed.current;
    pressed.current = false;
    return was;
  };
  return { isHolding, begin, end, forget, wasPressed };
}
