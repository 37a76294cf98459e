/**
 * The thread of {@link WorkerWork}: takes one request, answers progress and one result. Its list of migrations is the
 * program's own, because functions cannot be sent to a thread.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { coachiqMigrations } from "../../migrations/coachiq/mod.ts";
import { storeErrorOf } from "../store/mod.ts";
import { InProcessWork, type OnProgress } from "./heavy_work.ts";
import type { WorkAnswer, WorkRequest } from "./worker_messages.ts";

/** The two things a thread has that a page or a program has not. */
interface Thread {
  onmessage: ((event: MessageEvent<WorkRequest>) => void) | null;
  postMessage(answer: WorkAnswer): void;
}

const thread = globalThis as unknown as Thread;
const work = new InProcessWork(coachiqMigrations);

thread.onmessage = async ({ data }) => {
  try {
    thread.postMessage({ kind: "done", result: await perform(data) });
  } catch (error) {
    const { kind, message, todo } = storeErrorOf(error, "work on the database");
    thread.postMessage({ kind: "failed", errorKind: kind, message, todo });
  }
};

function perform(request: WorkRequest) {
  const onProgress: OnProgress = (progress) => thread.postMessage({ kind: "progress", ...progress });
  switch (request.kind) {
    case "copy": {
      const { files, maxBytes } = request;
      return work.copy(files, { onProgress, ...(maxBytes === undefined ? {} : { maxBytes }) });
    }
    case "keep":
      return work.keep(request.files, { onProgress, newestIsSound: request.newestIsSound });
    case "prove":
      return work.prove(request, { onProgress });
    case "migrateShadow": {
      const { maxPages } = request;
      return work.migrateShadow(request.path, { onProgress, ...(maxPages === undefined ? {} : { maxPages }) });
    }
    default:
      return request satisfies never;
  }
}
