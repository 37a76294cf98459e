import type { AccountRecord } from "../../core/mod.ts";
import type { AccountDraft } from "../account_services.ts";
import { RequestError } from "../services.ts";

/** Shortest password, characters. */
export const shortestPassword = 8;
const longestPassword = 200;
const longestName = 60;
const mostEntities = 500;

/** What an account is to become, apart from its secrets. */
export type AccountFields = Pick<AccountRecord, "name" | "username" | "email" | "role" | "entities" | "expiresAtMs">;

/**
 * The fields of a new account, or of one that changes.
 *
 * @throws {RequestError} 422 with each thing that is wrong.
 */
export function checkedFields(
  draft: Partial<AccountDraft>,
  options: { readonly before?: AccountFields; readonly nowMs: number; readonly needsSecret?: boolean },
): AccountFields {
  const { before, nowMs, needsSecret = false } = options;
  const name = (draft.name ?? before?.name ?? "").trim();
  const username = (draft.username ?? before?.username ?? "").trim().toLowerCase();
  const email = draft.email === undefined ? before?.email : draft.email.trim().toLowerCase() || undefined;
  const role = draft.role ?? before?.role ?? "guest";
  const named = draft.entities ?? (before?.role === "guest" ? before.entities : undefined);
  const expiresAtMs = draft.expiresAt === undefined
    ? (role === "owner" ? undefined : before?.expiresAtMs)
    : draft.expiresAt === null
    ? undefined
    : Date.parse(draft.expiresAt);
  const wrong = [
    // deno-lint-ignore no-control-regex
    name === "" || name.length > longestName || /[\u0000-\u001f\u007f]/.test(name)
      ? `name: expected 1 to ${longestName} characters`
      : undefined,
    /^[a-z0-9][a-z0-9._-]{0,63}$/.test(username)
      ? undefined
      : "username: expected 1 to 64 letters, digits, dots, hyphens and underscores",
    email === undefined || /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(email) && !email.endsWith(".invalid")
      ? undefined
      : "email: expected an address such as name@example.org",
    ...secretProblems(draft, username),
    needsSecret && draft.password === undefined && (draft.pin ?? null) === null
      ? "password: expected a password or a PIN"
      : undefined,
    ...rightsProblems(draft, { role, expiresAtMs, beforeMs: before?.expiresAtMs, nowMs }),
  ].filter((problem) => problem !== undefined);
  if (wrong.length > 0) throw new RequestError(422, "Cannot keep this account: something in it is wrong.", wrong);
  // A guest without a list sees nothing, not everything.
  return {
    name,
    username,
    email,
    role,
    entities: role === "guest" ? [...new Set(named ?? [])] : undefined,
    expiresAtMs,
  };
}

/**
 * Whether people take two names for one: big and small letters, spaces and what cannot be seen make no difference, and
 * "Olga (program)" is what the record of changes calls a program of Olga's.
 */
export function isSameName(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}

function plainName(name: string): string {
  return name.normalize("NFKC").replaceAll(/\p{Cf}/gu, "").replaceAll(/\s+/g, " ").trim().toLowerCase()
    .replace(/^.*\(token of (.*)\)$|^(.*) \(program\)$/, "$1$2");
}

function secretProblems({ password, pin }: Partial<AccountDraft>, username: string): readonly (string | undefined)[] {
  return [
    password === undefined || password.length >= shortestPassword && password.length <= longestPassword
      ? undefined
      : `password: expected ${shortestPassword} to ${longestPassword} characters`,
    password !== undefined && password.toLowerCase() === username
      ? "password: expected another one than the name"
      : undefined,
    pin === undefined || pin === null || /^\d{4,8}$/.test(pin) ? undefined : "pin: expected 4 to 8 digits",
    pin !== undefined && pin !== null && /^(\d)\1*$/.test(pin) ? "pin: expected more than one digit" : undefined,
  ];
}

function rightsProblems(
  { entities, expiresAt }: Partial<AccountDraft>,
  given: {
    readonly role: AccountRecord["role"];
    readonly expiresAtMs: number | undefined;
    readonly beforeMs: number | undefined;
    readonly nowMs: number;
  },
): readonly (string | undefined)[] {
  const { role, expiresAtMs, beforeMs, nowMs } = given;
  return [
    entities !== undefined && role !== "guest" ? `entities: expected none, ${role} sees everything` : undefined,
    (entities?.length ?? 0) > mostEntities || entities?.some((id) => !/^[a-z][a-z0-9_]{0,99}$/.test(id))
      ? `entities: expected at most ${mostEntities} ids of entities`
      : undefined,
    (expiresAt ?? undefined) !== undefined && role === "owner"
      ? "expiresAt: expected none, the owner's account does not end"
      : undefined,
    (expiresAt ?? undefined) !== undefined && expiresAtMs !== beforeMs && !((expiresAtMs ?? NaN) > nowMs)
      ? "expiresAt: expected a time to come"
      : undefined,
  ];
}
