import type { Role } from "../wire/mod.ts";

/** Who a request comes from. */
export interface Principal {
  /** `machine`: accounts are off, and the request comes from this machine itself; `nobody`: not known. */
  readonly kind: "account" | "token" | "machine" | "nobody";
  /** Null: nobody. */
  readonly role: Role | null;
  /** What the record of changes keeps: account name, token name, or address. */
  readonly actor: string;
  /** Tells phones apart: session or token id, or address. */
  readonly clientId: string;
  /** Tokens that only look. */
  readonly mayControl: boolean;
  /** Entities that may be seen and commanded; absent: all. */
  readonly entities?: ReadonlySet<string>;
  readonly accountId?: string;
  readonly sessionId?: string;
}

export const nobody: Principal = { kind: "nobody", role: null, actor: "nobody", clientId: "", mayControl: false };

/** What a way into the program needs: `anyone`; `look` any account; `control` may command; `owner` may change it. */
export type Access = "anyone" | "look" | "control" | "owner";

/** Whether somebody may. A guest's few entities are the business of whoever answers about entities. */
export function may(principal: Principal, needs: Access): boolean {
  switch (needs) {
    case "anyone":
      return true;
    case "look":
      return principal.role !== null;
    case "control":
      return principal.role !== null && principal.mayControl;
    case "owner":
      return principal.role === "owner";
    default:
      return needs satisfies never;
  }
}
