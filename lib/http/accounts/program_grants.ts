import type { AccountRecord, GrantRecord } from "../../core/mod.ts";
import type { Caller } from "../account_services.ts";
import { RequestError } from "../services.ts";
import { makeAccessToken } from "./access_token.ts";
import { type AccountParts, isOver, mostPerAccount } from "./account_parts.ts";
import { hashOf, isSameHash, randomText } from "./secret_text.ts";
import type { SignIn } from "./sign_in.ts";
import { limitedAddress } from "./try_limits.ts";

/** How long a refresh token is good, days. */
const refreshDays = 30;
const dayMs = 86_400_000;
const selectorLength = 22;
const verifierLength = 32;
const form = new RegExp(`^ciqr_([A-Za-z0-9]{${selectorLength}})([A-Za-z0-9]{${verifierLength}})$`);

/** What a program gets. */
export interface Granted {
  readonly accessToken: string;
  readonly expiresInS: number;
  readonly refreshToken: string;
}

/** Short access tokens for programs, renewed by refresh tokens that are good once. */
export class ProgramGrants {
  readonly #parts: AccountParts;
  readonly #signIn: SignIn;

  constructor(parts: AccountParts, signIn: SignIn) {
    this.#parts = parts;
    this.#signIn = signIn;
  }

  /** @throws {RequestError} 401, 429. */
  async byPassword(
    proof: { readonly username: string; readonly password: string },
    caller: Caller,
  ): Promise<Granted> {
    const { store, clock, clients } = this.#parts;
    const account = await this.#signIn.prove(proof, caller);
    const nowMs = clock.wallMs();
    const selector = randomText(selectorLength);
    const verifier = randomText(verifierLength);
    const grant: GrantRecord = {
      id: crypto.randomUUID(),
      accountId: account.id,
      verifierHash: hashOf(verifier),
      address: caller.remoteAddress,
      userAgent: (caller.headers.get("user-agent") ?? "").slice(0, 300),
      createdAtMs: nowMs,
      lastUsedAtMs: nowMs,
      expiresAtMs: nowMs + refreshDays * dayMs,
    };
    store.tokens.addGrant(grant, { selectorHash: hashOf(selector), most: mostPerAccount });
    clients.look();
    this.#audit("signed in as a program", { account, caller });
    return await this.#granted(grant, `ciqr_${selector}${verifier}`);
  }

  /**
   * A refresh token is good once. One that was used before was copied, by whom nobody knows: both sides lose it.
   *
   * @throws {RequestError} 401, 429.
   */
  async byRefreshToken(text: string, caller: Caller): Promise<Granted> {
    const { store, clock, clients, limits } = this.#parts;
    const allowed = limits.other("refresh", limitedAddress(caller.remoteAddress));
    const [, selector = "", verifier = ""] = form.exec(text) ?? [];
    const found = store.tokens.grantBySelector(hashOf(selector));
    const nowMs = clock.wallMs();
    if (!found || isOver(found.grant.expiresAtMs, nowMs) || isOver(found.account.expiresAtMs, nowMs)) throw refused();
    const { grant, account } = found;
    const next = randomText(verifierLength);
    const rotated = isSameHash(hashOf(verifier), grant.verifierHash) &&
      store.tokens.rotate(grant, { verifierHash: hashOf(next), atMs: nowMs, expiresAtMs: nowMs + refreshDays * dayMs });
    if (!rotated) {
      store.tokens.removeGrant(grant.id);
      clients.look();
      this.#audit("a refresh token was used twice; the program has to sign in again", {
        account,
        caller,
        refused: true,
      });
      throw refused();
    }
    allowed.succeeded();
    return await this.#granted(grant, `ciqr_${selector}${next}`);
  }

  async #granted({ id, accountId }: GrantRecord, refreshToken: string): Promise<Granted> {
    const { clock, settings, signingKey } = this.#parts;
    const expiresInS = settings().accessTokenMinutes * 60;
    const expiresAtMs = clock.wallMs() + expiresInS * 1000;
    return {
      accessToken: await makeAccessToken({ accountId, grantId: id, expiresAtMs }, await signingKey()),
      expiresInS,
      refreshToken,
    };
  }

  #audit(what: string, { account, caller, refused = false }: {
    readonly account: AccountRecord;
    readonly caller: Caller;
    readonly refused?: boolean;
  }): void {
    this.#parts.audit({
      actor: account.name,
      address: caller.remoteAddress,
      action: "signIn",
      what,
      outcome: refused ? "refused" : "done",
      reasons: refused ? ["Somebody may have copied it."] : [],
    });
  }
}

function refused(): RequestError {
  return new RequestError(401, "Cannot renew the access: the refresh token is wrong, was used before, or is too old.");
}
