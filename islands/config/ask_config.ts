import { ask, type Asked } from "../live/ask.ts";

export { withJson } from "../live/ask.ts";

/** Asks the configuration's addresses; `path` continues `/api/config`. */
export function askConfig<T>(path: string, init: RequestInit = {}): Promise<Asked<T>> {
  return ask<T>(`/api/config${path}`, init);
}
