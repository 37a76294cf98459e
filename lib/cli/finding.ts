/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "warning" | "failed";
  readonly detail: string;
  /** What to do; absent when all is well. */
  readonly todo?: string;
}

export function good(what: string, detail: string): Finding {
  return { what, state: "ok", detail };
}

export function doubtful(what: string, detail: string, todo: string): Finding {
  return { what, state: "warning", detail, todo };
}

export function wrong(what: string, detail: string, todo: string): Finding {
  return { what, state: "failed", detail, todo };
}
