import { useEffect, useState } from "preact/hooks";
import type { Refusal } from "./ask_accounts.ts";

/** Whole seconds until it is worth trying again after this refusal; 0: now. */
export function useWait(refusal: Refusal | undefined): number {
  const [leftS, setLeftS] = useState(0);
  useEffect(() => {
    const untilMs = performance.now() + (refusal?.waitS ?? 0) * 1000;
    const look = () => setLeftS(Math.max(0, Math.ceil((untilMs - performance.now()) / 1000)));
    look();
    if (!refusal?.waitS) return;
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [refusal]);
  return leftS;
}
