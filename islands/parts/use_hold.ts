import { useEffect, useRef, useState } from "preact/hooks";

export function isPressKey({ key }: KeyboardEvent): boolean {
  return key === "Enter" || key === " ";
}

/** A press that counts only when it lasts. */
export function useHold(onHeld: () => void, holdMs: number) {
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
