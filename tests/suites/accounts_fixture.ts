import { silentLogger } from "../../lib/base/mod.ts";
import type { AuditNote } from "../../lib/core/mod.ts";
import {
  type AccountDraft,
  Accounts,
  type AccountsOptions,
  type Caller,
  type Principal,
  RequestError,
  type SignedIn,
} from "../../lib/http/mod.ts";
import { type StoreFixture, storeFixture } from "./store_fixture.ts";

/** A browser or program somewhere: keeps its cookies as a browser does. */
export class TestClient {
  readonly cookies = new Map<string, string>();
  readonly #accounts: Accounts;
  readonly #sockets: Map<string, Principal> | undefined;
  readonly address: string;
  readonly isSecure: boolean;
  bearer: string | undefined;
  /** `Set-Cookie` values as they came. */
  readonly received: string[] = [];

  constructor(
    accounts: Accounts,
    options: {
      readonly address?: string;
      readonly isSecure?: boolean;
      /** By client id: where each that asked who it is keeps a socket open. */
      readonly sockets?: Map<string, Principal>;
    } = {},
  ) {
    this.#accounts = accounts;
    this.#sockets = options.sockets;
    this.address = options.address ?? "10.0.0.7";
    this.isSecure = options.isSecure ?? false;
  }

  get caller(): Caller {
    const headers = new Headers({ "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1" });
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookies !== "") headers.set("cookie", cookies);
    if (this.bearer !== undefined) headers.set("authorization", `Bearer ${this.bearer}`);
    return { headers, remoteAddress: this.address, isSecure: this.isSecure };
  }

  get session(): string {
    return this.cookies.get("coachiq_session") ?? "";
  }

  async who(): Promise<Principal> {
    const { principal, cookies } = await this.#accounts.identify(this.caller);
    this.take(cookies);
    if (principal.kind !== "nobody") this.#sockets?.set(principal.clientId, principal);
    return principal;
  }

  async signIn(proof: Parameters<Accounts["signIn"]>[0]): Promise<SignedIn["me"]> {
    const { me, cookies } = await this.#accounts.signIn(proof, this.caller);
    this.take(cookies);
    return me;
  }

  async setUp(code: string, account: AccountDraft): Promise<SignedIn["me"]> {
    const { me, cookies } = await this.#accounts.setUp({ code, account }, this.caller);
    this.take(cookies);
    return me;
  }

  async signOut(): Promise<SignedIn["me"]> {
    const { me, cookies } = await this.#accounts.signOut(await this.who(), this.caller);
    this.take(cookies);
    return me;
  }

  take(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      this.received.push(cookie);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** Accounts over a real database, on a clock that the test moves. */
export interface AccountsFixture extends AsyncDisposable {
  readonly store: StoreFixture["store"];
  readonly data: StoreFixture;
  readonly clock: StoreFixture["clock"];
  readonly accounts: Accounts;
  /** Set-up codes that were told. */
  readonly codes: string[];
  readonly notes: AuditNote[];
  /** Everything that was logged, as text. */
  readonly logged: string[];
  /** Client ids of those whose sockets were closed; whoever asked who it is has one open. */
  readonly revoked: string[];
  client(options?: { readonly address?: string; readonly isSecure?: boolean }): TestClient;
  /** Signed in as the owner. */
  owner(): Promise<TestClient>;
  /** Other accounts over the same database, as after a restart. */
  again(options?: Partial<AccountsOptions>): Accounts;
}

export const ownerPassword = "a long road to the sea";
export const ownerDraft: AccountDraft = { name: "Olga", username: "olga", role: "owner", password: ownerPassword };

export async function accountsFixture(options: Partial<AccountsOptions> = {}): Promise<AccountsFixture> {
  const data = await storeFixture();
  const { store, clock } = data;
  await store.start();
  const codes: string[] = [];
  const notes: AuditNote[] = [];
  const logged: string[] = [];
  const revoked: string[] = [];
  const log = (message: string, fields?: unknown) => void logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const again = (more: Partial<AccountsOptions> = {}) =>
    new Accounts({
      store,
      clock,
      logger: { ...silentLogger, info: log, warn: log, error: log },
      announceCode: (code) => codes.push(code),
      onAudit: (note) => notes.push(note),
      ...options,
      ...more,
    });
  const accounts = again();
  const sockets = new Map<string, Principal>();
  accounts.onOutdated((isOutdated) => {
    for (const [clientId, principal] of sockets) {
      if (!isOutdated(principal)) continue;
      sockets.delete(clientId);
      revoked.push(clientId);
    }
  });
  await accounts.start();
  const client = (of: { readonly address?: string; readonly isSecure?: boolean } = {}) =>
    new TestClient(accounts, { ...of, sockets });
  return {
    store,
    data,
    clock,
    accounts,
    codes,
    notes,
    logged,
    revoked,
    client,
    again,
    async owner() {
      const browser = client();
      if (accounts.isSetUp()) await browser.signIn({ username: "olga", password: ownerPassword });
      else await browser.setUp(codes.at(-1) ?? "", ownerDraft);
      return browser;
    },
    async [Symbol.asyncDispose]() {
      await accounts.stop();
      await data[Symbol.asyncDispose]();
    },
  };
}

/** What a call refused, as `401 sentence`. */
export async function refusalOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof RequestError) return [`${error.status} ${error.message}`, ...error.errors].join(" | ");
    throw error;
  }
  throw new Error("nothing was refused, expected a RequestError");
}
