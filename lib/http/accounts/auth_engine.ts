import type { AccountRows } from "../../core/mod.ts";
import { adapterOver } from "./auth_adapter.ts";
import { randomText } from "./secret_text.ts";
import type { WorkGate } from "./work_gate.ts";

/** What better-auth does here: passwords, PINs and sessions. */
export interface AuthEngine {
  /** The hash of a password or PIN, with a salt of its own. */
  hash(secret: string, options: { readonly known: boolean }): Promise<string>;
  /** Takes the same time whether there is a hash or not; without one it is never right. */
  verify(secret: string, hash: string | undefined, options: { readonly known: boolean }): Promise<boolean>;
  /** Starts a session and answers its token, which is kept nowhere. */
  createSession(session: NewSession): Promise<{ readonly id: string; readonly token: string }>;
  /** Ends the session of a token, if there is one. */
  endSession(token: string): Promise<void>;
}

export interface NewSession {
  readonly accountId: string;
  readonly address: string;
  readonly userAgent: string;
  /** Wall-clock ms. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Names of better-auth's columns in our tables. */
const times = { createdAt: "created_at", updatedAt: "updated_at", expiresAt: "expires_at" };
const models = {
  user: {
    modelName: "accounts",
    fields: { emailVerified: "email_verified", createdAt: "created_at", updatedAt: "updated_at" },
  },
  session: {
    modelName: "account_sessions",
    fields: { ...times, userId: "account_id", token: "token_hash", ipAddress: "address", userAgent: "user_agent" },
  },
  account: {
    modelName: "account_credentials",
    fields: {
      ...times,
      accountId: "subject",
      providerId: "provider_id",
      userId: "account_id",
      accessToken: "access_token",
      refreshToken: "refresh_token",
      idToken: "id_token",
      accessTokenExpiresAt: "access_token_expires_at",
      refreshTokenExpiresAt: "refresh_token_expires_at",
      password: "password_hash",
    },
  },
  verification: { modelName: "account_verifications", fields: times },
};

/** Loads better-auth, which takes about 35 MB, over the rows of the database as it is when each query runs. */
export async function loadAuthEngine(rows: AccountRows, gate: WorkGate): Promise<AuthEngine> {
  const [{ betterAuth }, { createAdapterFactory }] = await Promise.all([
    import("better-auth/minimal"),
    import("better-auth/adapters"),
  ]);
  const auth = betterAuth({
    ...models,
    // It signs cookies of better-auth's own, of which there are none.
    secret: randomText(40),
    baseURL: "http://localhost",
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: createAdapterFactory({
      config: { adapterId: "coachiq", adapterName: "CoachIQ", supportsNumericIds: false },
      adapter: () => adapterOver(rows),
    }),
  });
  const { internalAdapter, password } = await auth.$context;
  const nobodys = await password.hash(randomText(22));
  return {
    hash: (secret, options) => gate.run(() => password.hash(secret), options),
    async verify(secret, hash, options) {
      const isRight = await gate.run(() => password.verify({ hash: hash ?? nobodys, password: secret }), options);
      return isRight && hash !== undefined;
    },
    async createSession({ accountId, address, userAgent, createdAtMs, expiresAtMs }) {
      const createdAt = new Date(Math.round(createdAtMs));
      const { id, token } = await internalAdapter.createSession(accountId, false, {
        ipAddress: address,
        userAgent,
        createdAt,
        updatedAt: createdAt,
        expiresAt: new Date(Math.round(expiresAtMs)),
      }, true);
      return { id, token };
    },
    endSession: (token) => internalAdapter.deleteSession(token),
  };
}
