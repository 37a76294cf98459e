import { type AccountRecord, type GrantRecord, isoTime, type SessionRecord, type TokenRecord } from "../../core/mod.ts";
import type { AccountView, SessionView, TokenView } from "../../wire/mod.ts";
import type { Principal } from "../principal.ts";
import { deviceName } from "./device_name.ts";

export function accountView(account: AccountRecord, principal: Principal): AccountView {
  const { id, name, username, email, role, entities, expiresAtMs, lastSeenAtMs } = account;
  return {
    id,
    name,
    username,
    ...(email === undefined ? {} : { email }),
    role,
    hasPin: account.pinHash !== undefined,
    ...(entities === undefined ? {} : { entities }),
    createdAt: isoTime(account.createdAtMs),
    ...(expiresAtMs === undefined ? {} : { expiresAt: isoTime(expiresAtMs) }),
    ...(lastSeenAtMs === undefined ? {} : { lastSeenAt: isoTime(lastSeenAtMs) }),
    isMe: principal.accountId === id,
  };
}

/** A browser that is signed in, or a program that renews its access by itself. */
export function sessionView(
  session: SessionRecord | GrantRecord,
  options: { readonly accountName: string; readonly principal: Principal },
): SessionView {
  const isProgram = "verifierHash" in session;
  const device = deviceName(session.userAgent);
  return {
    id: session.id,
    accountName: options.accountName,
    device: isProgram ? `Program: ${device}` : device,
    address: session.address,
    createdAt: isoTime(session.createdAtMs),
    lastSeenAt: isoTime(isProgram ? session.lastUsedAtMs : session.lastSeenAtMs),
    expiresAt: isoTime(session.expiresAtMs),
    isThis: options.principal.clientId === session.id,
  };
}

export function tokenView({ id, name, scope, hint, createdAtMs, expiresAtMs, lastUsedAtMs }: TokenRecord): TokenView {
  return {
    id,
    name,
    scope,
    hint,
    createdAt: isoTime(createdAtMs),
    ...(expiresAtMs === undefined ? {} : { expiresAt: isoTime(expiresAtMs) }),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: isoTime(lastUsedAtMs) }),
  };
}
