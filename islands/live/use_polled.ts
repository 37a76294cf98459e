import { useEffect, useRef } from "preact/hooks";

/** Does something again and again while the page is looked at, and at once when it is looked at again. */
export function usePolled(look: () => Promise<void>, everyMs: number): void {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    let isBusy = false;
    const lookIfSeen = async () => {
      // A slow answer is not asked for twice.
      if (isBusy || document.visibilityState !== "visible") return;
      isBusy = true;
      try {
        await latest.current();
      } finally {
        isBusy = false;
      }
    };
    const timer = setInterval(() => void lookIfSeen(), everyMs);
    const onSeen = () => void lookIfSeen();
    document.addEventListener("visibilitychange", onSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onSeen);
    };
  }, [everyMs]);
}
