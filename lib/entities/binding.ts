import { staleAfterMs } from "./stale_after.ts";
import type { Binding } from "./types.ts";

/** A binding with the age at which its message's row calls it stale. */
export function bind(
  key: string,
  to: Omit<Binding, "key" | "staleAfterMs" | "instance" | "sourceAddress"> & {
    readonly instance?: number | undefined;
    readonly sourceAddress?: number | undefined;
  },
): Binding {
  const stale = staleAfterMs(to.message);
  const { message, instance, sourceAddress, where, perSender } = to;
  return {
    key,
    message,
    ...(instance === undefined ? {} : { instance }),
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(where === undefined ? {} : { where }),
    ...(perSender === undefined ? {} : { perSender }),
    ...(stale === undefined ? {} : { staleAfterMs: stale }),
  };
}
