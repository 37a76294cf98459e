import type { TargetedKeyboardEvent, TargetedMouseEvent, TargetedPointerEvent } from "preact";
import { useEffect } from "preact/hooks";
import { isPressKey } from "./use_hold.ts";

/** What begins and ends while a button is held. */
export interface Held {
  readonly begin: () => void;
  /** May come more than once. */
  readonly end: () => void;
}

/** Handlers of a button that acts for as long as it is held, by finger, mouse or key. */
export function holdHandlers({ begin, end }: Held) {
  return {
    onPointerDown(event: TargetedPointerEvent<HTMLButtonElement>) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      begin();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onLostPointerCapture: end,
    onKeyDown(event: TargetedKeyboardEvent<HTMLButtonElement>) {
      if (isPressKey(event) && !event.repeat) begin();
    },
    onKeyUp: end,
    onBlur: end,
    onContextMenu: (event: TargetedMouseEvent<HTMLButtonElement>) => event.preventDefault(),
  };
}

/** Ends what is held when the page is hidden or left, and when the button disappears. */
export function useEndWhenAway(isHeld: boolean, end: () => void): void {
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
}
