import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert";
import { accountsFixture, ownerDraft, ownerPassword, refusalOf } from "../../../tests/suites/accounts_fixture.ts";

const dayMs = 86_400_000;
const wrong = "401 Cannot sign in: the name or the password is wrong.";

Deno.test("Accounts: without an account there is a code, nobody is known, and better-auth is not loaded", async () => {
  await using bench = await accountsFixture();
  strictEqual(bench.accounts.isSetUp(), false);
  strictEqual(bench.codes.length, 1);
  match(bench.codes[0] ?? "", /^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/);
  const principal = await bench.client().who();
  strictEqual(principal.kind, "nobody");
  deepStrictEqual(bench.accounts.me(principal), { state: "setUp", mail: false, pinNames: [] });
  match(await refusalOf(bench.client().signIn({ username: "olga", password: "x" })), /^409 .*code from its log/);
  strictEqual(bench.accounts.isLoaded, false);
});

Deno.test("Accounts.setUp() makes the owner with the code, once, and signs in", async () => {
  await using bench = await accountsFixture();
  const phone = bench.client();
  const code = (bench.codes[0] ?? "").toLowerCase().replace("-", " ");
  const me = await phone.setUp(code, ownerDraft);
  deepStrictEqual(me, { state: "signedIn", name: "Olga", role: "owner", mail: false, pinNames: [] });
  const { kind, role, actor, mayControl } = await phone.who();
  deepStrictEqual({ kind, role, actor, mayControl }, {
    kind: "account",
    role: "owner",
    actor: "Olga",
    mayControl: true,
  });
  match(await refusalOf(bench.client().setUp(code, { ...ownerDraft, username: "eve" })), /^409 .*has an owner already/);
  strictEqual(bench.store.accounts.list().length, 1);
});

Deno.test("Accounts.setUp() refuses wrong codes, tells a new one after ten, and makes the address wait", async () => {
  await using bench = await accountsFixture();
  const statuses: string[] = [];
  for (let i = 0; i < 12; i++) {
    const browser = bench.client({ address: `10.0.0.${i % 6}` });
    statuses.push((await refusalOf(browser.setUp("AAAA-AAAA", ownerDraft))).slice(0, 3));
  }
  deepStrictEqual(statuses, Array(12).fill("401"));
  strictEqual(bench.codes.length, 2);
  match(await refusalOf(bench.client().setUp(bench.codes[0] ?? "", ownerDraft)), /^401/);
  for (let i = 0; i < 5; i++) await refusalOf(bench.client({ address: "10.9.9.9" }).setUp("BBBB", ownerDraft));
  match(await refusalOf(bench.client({ address: "10.9.9.9" }).setUp("BBBB", ownerDraft)), /^429 .*wait 30 s/);
  await bench.client().setUp(bench.codes.at(-1) ?? "", ownerDraft);
  strictEqual(bench.accounts.isSetUp(), true);
});

Deno.test("Accounts.setUp() makes one owner when two phones have the code", async () => {
  await using bench = await accountsFixture();
  const code = bench.codes[0] ?? "";
  const tries = ["olga", "otto"].map((username) => bench.client().setUp(code, { ...ownerDraft, username }));
  const settled = await Promise.allSettled(tries);
  deepStrictEqual(settled.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  strictEqual(bench.store.accounts.list().length, 1);
});

Deno.test("Accounts.start() makes the configured owner when there is no account, and none later", async () => {
  const admin = { username: "Admin", password: "from a file of systemd" };
  await using bench = await accountsFixture({ admin });
  deepStrictEqual(bench.codes, []);
  await bench.client().signIn({ username: "admin", password: admin.password });
  const later = bench.again({ admin: { username: "other", password: "another password" } });
  await later.start();
  await later.stop();
  deepStrictEqual(bench.store.accounts.list().map(({ username, role }) => [username, role]), [["admin", "owner"]]);
  await using weak = await accountsFixture({ admin: { username: "admin", password: "short" } });
  strictEqual(weak.codes.length, 1, "a password that cannot be taken is told, and there is a code");
  match(weak.logged.join(), /configured owner.*8 to 200 characters/);
  ok(!weak.logged.join().includes("short"));
});

Deno.test("Accounts.signIn() refuses unknown names, wrong passwords and ended accounts in the same words", async () => {
  await using bench = await accountsFixture();
  const owner = await bench.owner();
  await bench.accounts.createAccount({
    name: "Gus",
    username: "gus",
    role: "guest",
    password: "a guest of one week",
    expiresAt: new Date(bench.clock.wallMs() + dayMs).toISOString(),
  }, await owner.who());
  bench.clock.advance(2 * dayMs);
  const refusals = [
    { username: "nobody", password: "whatever it is" },
    { username: "olga", password: "wrong password" },
    { username: "gus", password: "a guest of one week" },
  ].map((proof) => refusalOf(bench.client().signIn(proof)));
  deepStrictEqual(await Promise.all(refusals), [wrong, wrong, wrong]);
  const signIns = bench.notes.filter(({ action, outcome }) => action === "signIn" && outcome === "refused");
  deepStrictEqual(signIns.map(({ actor }) => actor).sort(), ["Gus", "Olga", "unknown name"]);
});

Deno.test("Accounts.signIn() sets cookies that no script reads, with Secure over TLS", async () => {
  await using bench = await accountsFixture();
  await bench.owner();
  for (const isSecure of [true, false]) {
    const browser = bench.client({ isSecure });
    await browser.signIn({ username: "OLGA ", password: ownerPassword });
    strictEqual(browser.received.length, 2);
    for (const cookie of browser.received) {
      match(cookie, /^coachiq_(session|device)=[A-Za-z0-9]{32}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax/);
      strictEqual(cookie.includes("; Secure"), isSecure);
    }
    match(browser.received[0] ?? "", /Max-Age=2592000;/);
  }
});

Deno.test("Accounts.signIn() gives a new session, and ends the one that the browser had", async () => {
  await using bench = await accountsFixture();
  const browser = await bench.owner();
  const first = browser.session;
  const planted = bench.client();
  planted.cookies.set("coachiq_session", "plantedByAnAttacker0123456789abc");
  planted.cookies.set("coachiq_device", "plantedByAnAttacker0123456789abc");
  await planted.signIn({ username: "olga", password: ownerPassword });
  ok(!planted.session.startsWith("planted"), "a session that somebody planted is not taken over");
  ok(!(planted.cookies.get("coachiq_device") ?? "").startsWith("planted"), "nor is a device");
  const { clientId } = await browser.who();
  await browser.signIn({ username: "olga", password: ownerPassword });
  notStrictEqual(browser.session, first);
  const old = bench.client();
  old.cookies.set("coachiq_session", first);
  strictEqual((await old.who()).kind, "nobody");
  deepStrictEqual(bench.revoked, [clientId]);
});

Deno.test("Accounts.identify() renews a session once a day and writes seldom", async () => {
  await using bench = await accountsFixture();
  const browser = await bench.owner();
  browser.received.length = 0;
  const seen = () => bench.store.sessions.list()[0]?.lastSeenAtMs;
  const before = seen();
  bench.clock.advance(9 * 60_000);
  await browser.who();
  strictEqual(seen(), before, "nothing is written within ten minutes");
  bench.clock.advance(2 * 60_000);
  await browser.who();
  strictEqual(seen(), bench.clock.wallMs());
  deepStrictEqual(browser.received, [], "it is renewed once a day");
  bench.clock.advance(dayMs);
  await browser.who();
  strictEqual(browser.received.length, 1);
  bench.clock.advance(29 * dayMs);
  strictEqual((await browser.who()).kind, "account", "it slides");
  bench.clock.advance(31 * dayMs);
  strictEqual((await browser.who()).kind, "nobody", "unused it ends");
  strictEqual(bench.store.sessions.list().length, 0, "and is forgotten");
});

Deno.test("Accounts.signOut() ends the session at once", async () => {
  await using bench = await accountsFixture();
  const browser = await bench.owner();
  const session = browser.session;
  const { clientId } = await browser.who();
  strictEqual((await browser.signOut()).state, "signedOut");
  strictEqual(browser.session, "");
  browser.cookies.set("coachiq_session", session);
  strictEqual((await browser.who()).kind, "nobody");
  deepStrictEqual(bench.revoked, [clientId]);
});

Deno.test("Accounts: a guest sees the chosen entities, until the end, to the second", async () => {
  await using bench = await accountsFixture();
  const owner = await bench.owner();
  const endMs = bench.clock.wallMs() + 3_600_500;
  await bench.accounts.createAccount({
    name: "Gus",
    username: "gus",
    role: "guest",
    password: "a guest of one week",
    entities: ["living_ceiling"],
    expiresAt: new Date(endMs).toISOString(),
  }, await owner.who());
  const guest = bench.client({ address: "10.0.0.9" });
  const me = await guest.signIn({ username: "gus", password: "a guest of one week" });
  deepStrictEqual([me.role, me.entities, me.expiresAt], ["guest", ["living_ceiling"], new Date(endMs).toISOString()]);
  const { clientId, entities } = await guest.who();
  deepStrictEqual([...entities ?? []], ["living_ceiling"]);
  bench.clock.advance(3_600_499);
  strictEqual((await guest.who()).kind, "account");
  deepStrictEqual(bench.revoked, []);
  bench.clock.advance(1_001);
  deepStrictEqual(bench.revoked, [clientId], "the sockets are closed at the end, not with the next request");
  strictEqual((await guest.who()).kind, "nobody");
});

Deno.test("Accounts: a guest without a list sees nothing, and an owner has neither list nor end", async () => {
  await using bench = await accountsFixture();
  const owner = await (await bench.owner()).who();
  const draft = { name: "Gus", username: "gus", password: "a guest of one week" };
  deepStrictEqual((await bench.accounts.createAccount({ ...draft, role: "guest" }, owner)).entities, []);
  const refusal = await refusalOf(bench.accounts.createAccount({
    ...draft,
    username: "x",
    role: "owner",
    entities: ["tank_fresh"],
    expiresAt: "2030-01-01T00:00:00Z",
  }, owner));
  match(refusal, /^422 .*entities: expected none.*expiresAt: expected none/);
});

Deno.test("Accounts: who asks is known while the database is replaced, and nothing else works", async () => {
  await using bench = await accountsFixture();
  const browser = await bench.owner();
  const { clientId } = await browser.who();
  bench.store.pause("the database is being updated");
  bench.clock.advance(2 * dayMs);
  strictEqual((await browser.who()).clientId, clientId);
  const paused = /^503 .*the database is being updated/;
  match(await refusalOf(bench.client().signIn({ username: "olga", password: ownerPassword })), paused);
  bench.store.close();
  strictEqual((await browser.who()).clientId, clientId);
  strictEqual((await bench.client().who()).kind, "nobody");
  strictEqual(bench.accounts.isSetUp(), true);
  match(await refusalOf(browser.signOut()), /^503 .*being replaced/);
  bench.clock.advance(60_000);
  await bench.store.open();
  bench.store.resume();
  strictEqual((await browser.who()).clientId, clientId);
  await bench.client().signIn({ username: "olga", password: ownerPassword });
});
