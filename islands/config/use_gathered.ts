import { useEffect, useRef, useState } from "preact/hooks";

/** Values that follow each other so soon are one, ms. */
const gatherMs = 700;

/** Passes the newest of several values on when no more came for a while; at once when the control goes away. */
export function useGathered(onChange: (value: number) => void) {
  const [isGathering, setGathering] = useState(false);
  const waiting = useRef<{ readonly value: number; readonly timer: ReturnType<typeof setTimeout> } | undefined>(
    undefined,
  );
  const latest = useRef(onChange);
  latest.current = onChange;
  const flush = () => {
    if (!waiting.current) return;
    const { value, timer } = waiting.current;
    clearTimeout(timer);
    waiting.current = undefined;
    setGathering(false);
    latest.current(value);
  };
  useEffect(() => flush, []);
  return {
    isGathering,
    later: (value: number) => {
      clearTimeout(waiting.current?.timer);
      setGathering(true);
      waiting.current = { value, timer: setTimeout(flush, gatherMs) };
    },
    now: (value: number) => {
      clearTimeout(waiting.current?.timer);
      waiting.current = undefined;
      setGathering(false);
      latest.current(value);
    },
  };
}
