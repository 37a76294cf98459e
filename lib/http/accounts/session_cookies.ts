import type { Caller } from "../account_services.ts";

/** Cookie of a session. */
const sessionCookie = "coachiq_session";
/** Cookie of a browser on which somebody signed in; it outlives the session and opens nothing by itself. */
const deviceCookie = "coachiq_device";
const deviceAgeS = 365 * 86_400;
/** Cookie of a browser in which the recovery code was given. */
const recoveryCookie = "coachiq_recovery";

/** Secrets that a browser sends; what has not the form of one of ours is none. */
export function readCookies(headers: Headers): {
  readonly session: string | undefined;
  readonly device: string | undefined;
  readonly recovery: string | undefined;
} {
  const cookies = headers.get("cookie") ?? "";
  const find = (name: string) => new RegExp(`(?:^|; ?)${name}=([A-Za-z0-9]{16,64})(?:;|$)`).exec(cookies)?.[1];
  return { session: find(sessionCookie), device: find(deviceCookie), recovery: find(recoveryCookie) };
}

export function sessionCookieOf(token: string, options: { readonly maxAgeS: number; readonly caller: Caller }): string {
  return cookie(sessionCookie, { value: token, ...options });
}

export function deviceCookieOf(token: string, caller: Caller): string {
  return cookie(deviceCookie, { value: token, maxAgeS: deviceAgeS, caller });
}

/** Strict, and gone with the browser: it is good for one run of recovery alone. */
export function recoveryCookieOf(secret: string, { isSecure }: Caller): string {
  return `${recoveryCookie}=${secret}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

/** Takes the session's cookie away. */
export function noSessionCookie(caller: Caller): string {
  return cookie(sessionCookie, { value: "", maxAgeS: 0, caller });
}

/** Lax: a link in a mail must find the session, and what changes anything checks `Origin` as well. */
function cookie(
  name: string,
  { value, maxAgeS, caller }: { readonly value: string; readonly maxAgeS: number; readonly caller: Caller },
): string {
  const secure = caller.isSecure ? "; Secure" : "";
  return `${name}=${value}; Path=/; Max-Age=${Math.max(0, Math.floor(maxAgeS))}; HttpOnly; SameSite=Lax${secure}`;
}
