import { sign, verify } from "hono/jwt";

/** What an access token says. */
export interface AccessClaims {
  readonly accountId: string;
  readonly grantId: string;
  /** Wall-clock ms. */
  readonly expiresAtMs: number;
}

const algorithm = "HS256";
const issuer = "coachiq";

export function makeAccessToken({ accountId, grantId, expiresAtMs }: AccessClaims, secret: string): Promise<string> {
  const payload = { iss: issuer, sub: accountId, grant: grantId, exp: Math.floor(expiresAtMs / 1000) };
  return sign(payload, secret, algorithm);
}

/** Undefined: it is none of ours, or no longer good. */
export async function readAccessToken(
  token: string,
  options: { readonly secret: string; readonly nowMs: number },
): Promise<AccessClaims | undefined> {
  try {
    // The package would look at the machine's own clock.
    const { sub, grant, exp } = await verify(token, options.secret, { alg: algorithm, iss: issuer, exp: false });
    if (typeof sub !== "string" || typeof grant !== "string" || typeof exp !== "number") return undefined;
    const expiresAtMs = exp * 1000;
    return expiresAtMs > options.nowMs ? { accountId: sub, grantId: grant, expiresAtMs } : undefined;
  } catch {
    return undefined;
  }
}
