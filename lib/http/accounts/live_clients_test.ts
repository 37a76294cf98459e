import { deepStrictEqual, strictEqual } from "node:assert";
import { testApp } from "../../../tests/fixtures/test_app.ts";
import { type AccountsFixture, accountsFixture, ownerPassword } from "../../../tests/suites/accounts_fixture.ts";
import { AccountRows } from "../../core/mod.ts";
import { machineAt, type Principal } from "../principal.ts";
import { mostPerAccount } from "./account_parts.ts";
import { hashOf, randomText } from "./secret_text.ts";

const guestPassword = "a guest of one week";
const dayMs = 86_400_000;

/** The site over real accounts, and screens that are connected to it. */
function siteOf(bench: AccountsFixture) {
  const { feed } = testApp({ accounts: bench.accounts, clock: bench.clock });
  feed.start();
  const screen = (principal: Principal) => {
    const sent: string[] = [];
    const closed: (number | undefined)[] = [];
    feed.connect({
      readyState: 1,
      bufferedAmount: 0,
      send: (text) => void sent.push(text),
      close: (code) => void closed.push(code),
    }, principal);
    return { sent, closed };
  };
  return { feed, screen, [Symbol.dispose]: () => feed.stop() };
}

async function withGuest(bench: AccountsFixture) {
  const owner = await (await bench.owner()).who();
  const gus = await bench.accounts.createAccount({
    name: "Gus",
    username: "gus",
    role: "guest",
    password: guestPassword,
    entities: ["living_ceiling"],
    expiresAt: new Date(bench.clock.wallMs() + dayMs).toISOString(),
  }, owner);
  const guest = bench.client({ address: "10.0.0.9" });
  await guest.signIn({ username: "gus", password: guestPassword });
  return { owner, gus, guest };
}

/** A session as a sign-in leaves it, without the work of one. Answers its token. */
function addSession(bench: AccountsFixture, { accountId, ageMs = 0 }: { accountId: string; ageMs?: number }): string {
  const token = randomText(32);
  const at = bench.clock.wallMs() - ageMs;
  new AccountRows(bench.store.database).insert("account_sessions", {
    id: crypto.randomUUID(),
    account_id: accountId,
    token_hash: hashOf(token),
    created_at: at,
    updated_at: at,
    expires_at: at + 30 * dayMs,
  });
  return token;
}

Deno.test("Accounts: a socket ends with its account, however many others were used since", async () => {
  await using bench = await accountsFixture();
  const { owner, gus, guest } = await withGuest(bench);
  using site = siteOf(bench);
  const expiring = site.screen(await guest.who());
  const ofOwner = site.screen(owner);
  for (let i = 0; i < 600; i++) {
    const other = bench.client();
    other.cookies.set("coachiq_session", addSession(bench, { accountId: gus.id }));
    strictEqual((await other.who()).actor, "Gus");
  }
  bench.clock.advance(dayMs - 1);
  deepStrictEqual(expiring.closed, []);
  bench.clock.advance(1000);
  deepStrictEqual(expiring.closed, [4401]);
  deepStrictEqual(ofOwner.closed, []);
  strictEqual(site.feed.status().clients, 1);
});

Deno.test("Accounts: a socket that opens after its access ended or changed is closed at once, and told nothing", async () => {
  await using bench = await accountsFixture();
  const { owner, gus, guest } = await withGuest(bench);
  using site = siteOf(bench);
  const before = await guest.who();
  await bench.accounts.changeAccount(gus.id, { entities: [] }, owner);
  const old = site.screen(before);
  deepStrictEqual([old.closed, old.sent], [[4401], []]);
  const now = await guest.who();
  const present = site.screen(now);
  deepStrictEqual([present.closed, present.sent.length], [[], 1]);
  await bench.accounts.removeAccount(gus.id, owner);
  deepStrictEqual(present.closed, [4401]);
  const late = site.screen(now);
  deepStrictEqual([late.closed, late.sent], [[4401], []]);
  strictEqual(site.feed.status().clients, 0);
});

Deno.test("Accounts: a socket of a program ends with its access token, also when the clock of the machine is set", async () => {
  await using bench = await accountsFixture();
  await bench.owner();
  using site = siteOf(bench);
  const program = bench.client({ address: "10.0.0.20" });
  const connect = async () => {
    const { accessToken } = await bench.accounts.grant({ username: "olga", password: ownerPassword }, program.caller);
    program.bearer = accessToken;
    return site.screen(await program.who());
  };
  const first = await connect();
  bench.clock.advance(899_999);
  deepStrictEqual(first.closed, []);
  bench.clock.advance(1);
  deepStrictEqual(first.closed, [4401]);
  const second = await connect();
  bench.clock.setWallMs(bench.clock.wallMs() + 3_600_000);
  bench.clock.advance(10_000);
  deepStrictEqual(second.closed, [4401]);
  const third = await connect();
  const is = await program.who();
  bench.clock.advance(900_000);
  deepStrictEqual(third.closed, [4401]);
  deepStrictEqual(site.screen(is).closed, [4401], "nor is it let in afterwards");
});

Deno.test("Accounts: who was let in while the database had no accounts is looked at when it has", async () => {
  await using bench = await accountsFixture();
  using site = siteOf(bench);
  bench.store.close();
  const early = site.screen(machineAt("10.0.0.30"));
  bench.clock.advance(60_000);
  deepStrictEqual(early.closed, []);
  await bench.store.open();
  bench.clock.advance(10_000);
  deepStrictEqual(early.closed, [4401]);
});

Deno.test(`Accounts: an account has ${mostPerAccount} sessions and programs, and the longest unused give way`, async () => {
  await using bench = await accountsFixture();
  const { gus, guest } = await withGuest(bench);
  using site = siteOf(bench);
  const { store, clock } = bench;
  const mine = await guest.who();
  const unused = bench.client();
  unused.cookies.set("coachiq_session", addSession(bench, { accountId: gus.id, ageMs: 3000 }));
  const itsSocket = site.screen(await unused.who());
  for (let i = 0; i < mostPerAccount; i++) addSession(bench, { accountId: gus.id, ageMs: 2000 });
  await bench.client().signIn({ username: "gus", password: guestPassword });
  strictEqual(store.sessions.list(gus.id).length, mostPerAccount);
  deepStrictEqual(itsSocket.closed, [4401]);
  strictEqual((await guest.who()).clientId, mine.clientId, "who used it later stays");
  strictEqual(store.sessions.list().length, mostPerAccount + 1, "nobody else loses one");

  const proof = { username: "gus", password: guestPassword };
  const first = await bench.accounts.grant(proof, guest.caller);
  clock.advance(1000);
  const added = (i: number) => ({
    id: crypto.randomUUID(),
    accountId: gus.id,
    verifierHash: "",
    address: "",
    userAgent: "",
    createdAtMs: clock.wallMs(),
    lastUsedAtMs: clock.wallMs() + i,
    expiresAtMs: clock.wallMs() + dayMs,
  });
  for (let i = 0; i < mostPerAccount - 1; i++) {
    store.tokens.addGrant(added(i), { selectorHash: randomText(9), most: mostPerAccount });
  }
  const program = bench.client();
  program.bearer = first.accessToken;
  const { closed } = site.screen(await program.who());
  program.bearer = (await bench.accounts.grant(proof, guest.caller)).accessToken;
  deepStrictEqual(closed, [4401]);
  strictEqual(store.tokens.grants(gus.id).length, mostPerAccount);
  strictEqual((await program.who()).actor, "Gus (program)");
});
