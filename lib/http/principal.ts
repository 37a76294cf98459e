import type { Role, Topic } from "../wire/mod.ts";

/** Who a request comes from. */
export interface Principal {
  /** `machine`: there are no accounts that could tell people apart; `nobody`: not known. */
  readonly kind: "account" | "token" | "machine" | "nobody";
  /** Null: nobody. */
  readonly role: Role | null;
  /** What the record of changes keeps: account name, token name, or address. */
  readonly actor: string;
  /** Network address, for the record. */
  readonly address: string;
  /** Tells phones apart: session or token id, or address. */
  readonly clientId: string;
  /** False: a token that only looks. */
  readonly mayControl: boolean;
  /** Entities that may be seen and commanded; absent: all. */
  readonly entities?: ReadonlySet<string>;
  readonly accountId?: string;
  readonly sessionId?: string;
  /** What of the account decides what may be done, as it was when this was asked; absent without an account. */
  readonly rights?: string;
  /** When the proof itself ends, wall-clock ms; absent: it ends with its session or token. */
  readonly expiresAtMs?: number;
}

/** Somebody who is not signed in. */
export function nobodyAt(address: string): Principal {
  return { kind: "nobody", role: null, actor: address, address, clientId: address, mayControl: false };
}

/** Somebody on the machine itself, where there are no accounts. */
export function machineAt(address: string): Principal {
  return { kind: "machine", role: "owner", actor: address, address, clientId: address, mayControl: true };
}

/** Somebody in the network, where there are no accounts: may look. */
export function onlookerAt(address: string): Principal {
  return { ...machineAt(address), role: "family", mayControl: false };
}

/**
 * What a way into the program needs: `anyone`; `look` any account; `control` any that may command; `inside` somebody of
 * the family; `owner` may change the program itself.
 */
export type Access = "anyone" | "look" | "control" | "inside" | "owner";

/** Whether somebody may. Which entities a guest sees is the business of whoever answers about entities. */
export function may(principal: Principal, needs: Access): boolean {
  const { role, mayControl } = principal;
  switch (needs) {
    case "anyone":
      return true;
    case "look":
      return role !== null;
    case "control":
      return role !== null && mayControl;
    case "inside":
      return role === "owner" || role === "family";
    case "owner":
      return role === "owner";
    default:
      return needs satisfies never;
  }
}

/** Whether somebody may see and command this entity. */
export function seesEntity({ entities }: Principal, id: string): boolean {
  return entities === undefined || entities.has(id);
}

/** What each topic of `/ws` needs. */
export const topicAccess: Readonly<Record<Topic, Access>> = {
  entities: "look",
  coach: "look",
  health: "look",
  notifications: "look",
  can: "inside",
  database: "inside",
};
