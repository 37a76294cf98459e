import { type Clock, deferred } from "../base/mod.ts";

/** How long a body may keep the server waiting, ms, besides what its length needs. */
export const bodyPatienceMs = 30_000;
/** Slowest link that is waited for, bytes per ms: an upload over poor Wi-Fi comes through, a drip does not. */
const slowestBytesPerMs = 16;

/** A request whose body must come in time. */
export interface TimedRequest {
  readonly request: Request;
  /** The body did not come in time; whatever the answer is, it is not right. */
  isLate(): boolean;
}

/**
 * Ends the body of a request that keeps the server waiting for longer than {@link bodyPatienceMs} and one second for
 * each 16 kB that came. Only waiting counts, not what is done with the bytes.
 */
export function timedRequest(request: Request, { clock }: { readonly clock: Clock }): TimedRequest {
  if (request.body === null) return { request, isLate: () => false };
  const reader = request.body.getReader();
  let late = false;
  let waitedMs = 0;
  let bytes = 0;
  const read = async () => {
    const { promise, resolve } = deferred<"late">();
    const startMs = clock.monotonicMs();
    const timer = clock.after(bodyPatienceMs + bytes / slowestBytesPerMs - waitedMs, () => resolve("late"));
    try {
      return await Promise.race([reader.read(), promise]);
    } finally {
      timer.cancel();
      waitedMs += clock.monotonicMs() - startMs;
    }
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await read();
      if (next === "late") {
        late = true;
        controller.error(new Error("The body of the request did not come in time"));
        await reader.cancel();
        return;
      }
      if (next.done) return controller.close();
      bytes += next.value.byteLength;
      controller.enqueue(next.value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  const { url, method, headers } = request;
  // A copy of the request itself would take its signal along, which the runtime warns of.
  return { request: new Request(url, { method, headers, body }), isLate: () => late };
}
