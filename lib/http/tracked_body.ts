import { deferred } from "../base/mod.ts";

/** A request's body, and when it was read to its end or given up. */
export interface TrackedBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly finished: Promise<void>;
}

/** The server drops what was not read of a body once it has answered: whoever reads must be waited for. */
export function trackedBody(body: ReadableStream<Uint8Array>): TrackedBody {
  const { promise, resolve } = deferred<void>();
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      resolve();
    },
    async cancel(reason) {
      resolve();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return { stream, finished: promise };
}
