import type { Clock, Logger } from "../../base/mod.ts";
import { AccountRows, type AuditNote, type Store, StoreError } from "../../core/mod.ts";
import type { MeView } from "../../wire/mod.ts";
import type { AccountDraft, AccountServices, Caller, OutdatedListener, SignedIn } from "../account_services.ts";
import { nobodyAt, type Principal } from "../principal.ts";
import { RequestError } from "../services.ts";
import { type AccountChange, AccountChanges, alreadySetUp } from "./account_changes.ts";
import type { AccountParts, AccountSettings, Mailer } from "./account_parts.ts";
import { type AuthEngine, loadAuthEngine } from "./auth_engine.ts";
import { ClientAccess, type TokenDraft } from "./client_access.ts";
import { Identity } from "./identity.ts";
import { accountsMigration, LiveClients } from "./live_clients.ts";
import { ProgramGrants } from "./program_grants.ts";
import { hashOf, randomText } from "./secret_text.ts";
import { noSessionCookie, readCookies } from "./session_cookies.ts";
import { SetUpCode } from "./set_up_code.ts";
import { type Proof, SignIn } from "./sign_in.ts";
import { SignInLinks } from "./sign_in_links.ts";
import { limitedAddress, TryLimits } from "./try_limits.ts";
import { WorkGate } from "./work_gate.ts";

/** Everything {@link Accounts} are made of. */
export interface AccountsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells the set-up code, on the log and the terminal; called at the start while there is no account. */
  readonly announceCode: (code: string) => void;
  /** Asked each time; answers nothing while no mail is configured, and no links are mailed then. */
  readonly mailer?: () => Mailer | undefined;
  /** The owner that is made at the start when there is no account. */
  readonly admin?: { readonly username: string; readonly password: string };
  /** Answers what signs access tokens, asked once. Absent: one is made at each start, and programs renew their access then. */
  readonly signingKey?: () => Promise<string>;
  readonly onAudit?: (note: AuditNote) => void;
  /** Asked each time, so that a change counts at once. */
  readonly settings?: () => Partial<AccountSettings>;
  /** Address of the site for links in mails, as configured. */
  readonly siteUrl?: () => string | undefined;
}

const defaults: AccountSettings = { sessionDays: 30, accessTokenMinutes: 15, pinSignIn: true };

/** {@link AccountServices} over the database. better-auth is loaded when somebody first signs in. */
export class Accounts implements AccountServices {
  readonly #options: AccountsOptions;
  readonly #parts: AccountParts;
  readonly #code: SetUpCode;
  readonly #identity: Identity;
  readonly #signIn: SignIn;
  readonly #links: SignInLinks;
  readonly #grants: ProgramGrants;
  readonly #changes: AccountChanges;
  readonly #access: ClientAccess;
  #engine: Promise<AuthEngine> | undefined;
  #signingKey: Promise<string> | undefined;
  #wasSetUp = false;

  constructor(options: AccountsOptions) {
    const { store, clock, logger, mailer, onAudit, settings } = options;
    this.#options = options;
    this.#code = new SetUpCode(options.announceCode);
    this.#parts = {
      store,
      clock,
      logger,
      mailer: mailer ?? (() => undefined),
      limits: new TryLimits(clock),
      clients: new LiveClients({ store, clock }),
      settings: () => ({ ...defaults, ...settings?.() }),
      engine: () => this.#load(),
      audit: (note) => onAudit?.(note),
      signingKey: () => this.#signingKey ??= options.signingKey?.() ?? Promise.resolve(randomText(43)),
      siteUrl: () => options.siteUrl?.(),
    };
    this.#identity = new Identity(this.#parts);
    this.#signIn = new SignIn(this.#parts);
    this.#links = new SignInLinks(this.#parts);
    this.#grants = new ProgramGrants(this.#parts, this.#signIn);
    this.#changes = new AccountChanges(this.#parts, this.#signIn);
    this.#access = new ClientAccess(this.#parts);
  }

  /** better-auth is in memory. */
  get isLoaded(): boolean {
    return this.#engine !== undefined;
  }

  /** Makes the configured owner, or the set-up code, when there is no account. */
  async start(): Promise<void> {
    const { admin, logger } = this.#options;
    this.#parts.clients.start();
    // The database may have accounts since a moment: who looked before as anybody may no longer.
    this.#parts.clients.look();
    if (this.isSetUp()) return;
    if (admin && this.#isOpen()) {
      try {
        await this.#changes.add({ ...admin, name: admin.username, role: "owner" }, { onlyFirst: true });
        this.#note({ actor: "CoachIQ", address: "" }, `made the account ${admin.username.toLowerCase()} (owner)`);
        return;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        logger.error("Cannot make the configured owner", { reason: [error.message, ...error.errors].join(" ") });
      }
    }
    this.#code.renew();
  }

  stop(): Promise<void> {
    this.#parts.clients.stop();
    return Promise.resolve();
  }

  identify(caller: Caller): Promise<{ readonly principal: Principal; readonly cookies: readonly string[] }> {
    return this.#identity.identify(caller);
  }

  /** While nobody has looked at the database yet it counts as ready: nobody is let in meanwhile. */
  isReady(): boolean {
    const { store } = this.#parts;
    return store.supports(accountsMigration) || !store.isKnown;
  }

  isSetUp(): boolean {
    const { store } = this.#parts;
    if (!store.database.isOpen) return this.#wasSetUp;
    try {
      this.#wasSetUp = this.#isOpen() && !store.accounts.isEmpty;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    return this.#wasSetUp;
  }

  me(principal: Principal): MeView {
    const { kind, role, actor, accountId, entities } = principal;
    const common = { mail: this.#parts.mailer() !== undefined, pinNames: this.#pinNames(principal) };
    if (kind === "machine") return { state: "off", ...common };
    if (!this.isSetUp()) return { state: "setUp", ...common };
    if (role === null) return { state: "signedOut", ...common };
    const expiresAtMs = this.#read(() => accountId && this.#parts.store.accounts.get(accountId)?.expiresAtMs);
    return {
      state: "signedIn",
      name: actor,
      role,
      ...(entities === undefined ? {} : { entities: [...entities] }),
      ...(typeof expiresAtMs === "number" ? { expiresAt: new Date(expiresAtMs).toISOString() } : {}),
      ...common,
    };
  }

  isOutdated(principal: Principal): boolean {
    return this.#parts.clients.isOutdated(principal);
  }

  onOutdated(listener: OutdatedListener): () => void {
    return this.#parts.clients.subscribe(listener);
  }

  setUp(request: { readonly code: string; readonly account: AccountDraft }, caller: Caller): Promise<SignedIn> {
    return this.#work(async () => {
      if (this.isSetUp()) throw alreadySetUp();
      if (!this.#code.isSet) this.#code.renew();
      const allowed = this.#parts.limits.other("set-up", limitedAddress(caller.remoteAddress));
      if (!this.#code.isRight(request.code)) {
        this.#note(
          { actor: "unknown name", address: caller.remoteAddress },
          "tried to set CoachIQ up",
          "The code was wrong.",
        );
        throw new RequestError(401, "Cannot set CoachIQ up: the code is not the newest one from its log.");
      }
      allowed.succeeded();
      const account = await this.#changes.add({ ...request.account, role: "owner" }, { onlyFirst: true });
      this.#code.forget();
      this.#note(
        { actor: account.name, address: caller.remoteAddress },
        `set CoachIQ up as ${account.username} (owner)`,
      );
      return this.#signedIn(await this.#signIn.start(account, { caller, trustDevice: true }));
    });
  }

  signIn(request: Proof, caller: Caller): Promise<SignedIn> {
    return this.#work(async () => {
      if (!this.isSetUp()) throw notSetUp();
      return this.#signedIn(await this.#signIn.signIn(request, caller));
    });
  }

  signOut(principal: Principal, caller: Caller): Promise<SignedIn> {
    return this.#work(() => {
      const { store, clients } = this.#parts;
      const { session: token } = readCookies(caller.headers);
      const found = token === undefined ? undefined : store.sessions.byTokenHash(hashOf(token));
      if (found) {
        store.sessions.remove(found.session.id);
        clients.look();
        const { actor, address } = principal;
        this.#parts.audit({ actor, address, action: "signIn", what: "signed out", outcome: "done", reasons: [] });
      }
      const me = this.me(nobodyAt(caller.remoteAddress));
      return Promise.resolve({ me, cookies: [noSessionCookie(caller)] });
    });
  }

  sendLink(email: string, caller: Caller): Promise<void> {
    return this.#work(() => Promise.resolve(this.#links.send(email, caller)));
  }

  accounts(principal: Principal) {
    return this.#asked(() => this.#changes.list(principal));
  }

  createAccount(draft: AccountDraft, principal: Principal) {
    return this.#work(() => this.#changes.create(draft, principal));
  }

  changeAccount(id: string, change: AccountChange, principal: Principal) {
    return this.#work(() => this.#changes.change(id, change, principal));
  }

  removeAccount(id: string, principal: Principal): Promise<void> {
    return this.#work(() => Promise.resolve(this.#changes.remove(id, principal)));
  }

  sessions(principal: Principal) {
    return this.#asked(() => this.#access.sessions(principal));
  }

  revokeSession(id: string, principal: Principal): Promise<void> {
    return this.#work(() => Promise.resolve(this.#access.revokeSession(id, principal)));
  }

  tokens(principal: Principal) {
    return this.#asked(() => this.#access.tokens(principal));
  }

  createToken(draft: TokenDraft, principal: Principal) {
    return this.#work(() => Promise.resolve(this.#access.createToken(draft, principal)));
  }

  revokeToken(id: string, principal: Principal): Promise<void> {
    return this.#work(() => Promise.resolve(this.#access.revokeToken(id, principal)));
  }

  grant(
    request: { readonly username: string; readonly password: string } | { readonly refreshToken: string },
    caller: Caller,
  ) {
    return this.#work(() => {
      if (!this.isSetUp()) throw notSetUp();
      return "refreshToken" in request
        ? this.#grants.byRefreshToken(request.refreshToken, caller)
        : this.#grants.byPassword(request, caller);
    });
  }

  #signedIn({ principal, cookies }: { readonly principal: Principal; readonly cookies: readonly string[] }): SignedIn {
    return { me: this.me(principal), cookies };
  }

  /** Names with a PIN that are offered on a device; strangers are told none. */
  #pinNames(principal: Principal): readonly string[] {
    const device = this.#identity.deviceOf(principal);
    if (device === undefined || !this.#parts.settings().pinSignIn) return [];
    const { store } = this.#parts;
    return this.#read(() => {
      const known = store.sessions.accountsOfDevice(device);
      return store.accounts.list().filter(({ id, pinHash }) => pinHash !== undefined && known.has(id))
        .map(({ username }) => username);
    }) ?? [];
  }

  #load(): Promise<AuthEngine> {
    this.#engine ??= loadAuthEngine(new AccountRows(this.#parts.store.database), new WorkGate());
    return this.#engine;
  }

  #isOpen(): boolean {
    const { store } = this.#parts;
    return store.database.isOpen && store.supports(accountsMigration);
  }

  /** Undefined while the database does not answer. */
  #read<T>(work: () => T): T | undefined {
    try {
      return this.#isOpen() ? work() : undefined;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return undefined;
    }
  }

  #asked<T>(work: () => T): T {
    try {
      this.#mustBeReady();
      return work();
    } catch (error) {
      throw asRequestError(error);
    }
  }

  /** What changes something. @throws {RequestError} 503 while the database is being updated or replaced. */
  async #work<T>(work: () => Promise<T>): Promise<T> {
    try {
      this.#mustBeReady();
      const { paused } = this.#parts.store.database;
      if (paused !== undefined) throw new RequestError(503, `Cannot use accounts now: ${paused}`);
      return await work();
    } catch (error) {
      throw asRequestError(error);
    }
  }

  #mustBeReady(): void {
    const { database } = this.#parts.store;
    if (!database.isOpen) throw new RequestError(503, "Cannot use accounts now: the database is being replaced.");
    this.#parts.store.mustSupport(accountsMigration, "use accounts");
  }

  #note(who: { readonly actor: string; readonly address: string }, what: string, refusedBecause?: string): void {
    this.#parts.audit({
      ...who,
      action: "account",
      what,
      outcome: refusedBecause === undefined ? "done" : "refused",
      reasons: refusedBecause === undefined ? [] : [refusedBecause],
    });
  }
}

function notSetUp(): RequestError {
  return new RequestError(409, "Cannot sign in: there is no account yet, set CoachIQ up with the code from its log.");
}

function asRequestError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  const isTaken = error.message.includes("UNIQUE constraint");
  if (isTaken) return new RequestError(409, "Cannot keep this account: another one has its name or address.");
  return new RequestError(503, `${error.message}. ${error.todo}`);
}
