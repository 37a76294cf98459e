import type { ComponentChildren } from "preact";
import type { Control } from "./control.ts";
import { isPressKey, useHold } from "./use_hold.ts";

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
  const hold = useHold(() => act(), holdMs);
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
