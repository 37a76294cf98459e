import type { Problem } from "../../lib/wire/mod.ts";
import { goToSignIn } from "../live/entrance.ts";

/** What became of a file that was sent. */
export interface SentFile {
  readonly isTaken: boolean;
  readonly jobId?: string;
  /** When it was not taken. */
  readonly reason: string;
  /** Each single thing that is wrong with it. */
  readonly errors: readonly string[];
}

const text = {
  failed: "The file did not arrive. Is the coach within reach?",
};

/** Sends a file as it is, and tells how far it is: `fetch` cannot. */
export function sendFile(
  file: Blob,
  options: { readonly path: string; readonly type: string; readonly onPercent: (percent: number) => void },
): Promise<SentFile> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", options.path);
    request.setRequestHeader("content-type", options.type);
    request.upload.onprogress = ({ loaded, total }) => options.onPercent(Math.round(loaded / Math.max(total, 1) * 100));
    request.onerror = () => resolve({ isTaken: false, reason: text.failed, errors: [] });
    request.onload = () => {
      if (request.status === 401) goToSignIn();
      const isTaken = request.status >= 200 && request.status < 300;
      const answer = parse(request.responseText);
      const jobId = answer.jobId === undefined ? {} : { jobId: answer.jobId };
      resolve({ isTaken, ...jobId, reason: answer.detail ?? text.failed, errors: answer.errors ?? [] });
    };
    request.send(file);
  });
}

function parse(text: string): Partial<Problem> {
  try {
    return JSON.parse(text);
  } catch {
    // 204, or a proxy's own words.
    return {};
  }
}
