import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import {
  type AccountsFixture,
  accountsFixture,
  ownerPassword,
  refusalOf,
} from "../../../tests/suites/accounts_fixture.ts";

const familyPassword = "the dog sleeps in front";

async function withFamily(bench: AccountsFixture) {
  const owner = await bench.owner();
  const ownerIs = await owner.who();
  bench.clock.advance(1000);
  const fay = await bench.accounts.createAccount(
    { name: "Fay", username: "fay", role: "family", password: familyPassword },
    ownerIs,
  );
  const family = bench.client({ address: "10.0.0.8" });
  await family.signIn({ username: "fay", password: familyPassword });
  return { owner, family, fay };
}

Deno.test("Accounts: the owner makes, changes and removes accounts, family their own name, password and PIN", async () => {
  await using bench = await accountsFixture();
  const { owner, family, fay } = await withFamily(bench);
  const { accounts } = bench;
  const ownerIs = await owner.who();
  const familyIs = await family.who();
  deepStrictEqual(accounts.accounts(ownerIs).map(({ username, isMe }) => [username, isMe]), [
    ["olga", true],
    ["fay", false],
  ]);
  deepStrictEqual(accounts.accounts(familyIs).map(({ username }) => username), ["fay"]);
  const draft = { name: "X", username: "x", role: "guest", password: "12345678" } as const;
  match(await refusalOf(accounts.createAccount(draft, familyIs)), /^403/);
  match(await refusalOf(accounts.removeAccount(fay.id, familyIs)), /^403/);
  match(await refusalOf(accounts.changeAccount(ownerIs.accountId ?? "", { name: "Eve" }, familyIs)), /^403/);
  match(await refusalOf(accounts.changeAccount(fay.id, { role: "owner" }, familyIs)), /^403 .*ask the owner/);
  match(await refusalOf(accounts.changeAccount(fay.id, { name: "Fee" }, familyIs)), /^401 .*present password is wrong/);
  const mine = { name: "Fee", pin: "1379", presentPassword: familyPassword };
  deepStrictEqual(
    (({ name, hasPin }) => ({ name, hasPin }))(await accounts.changeAccount(fay.id, mine, familyIs)),
    { name: "Fee", hasPin: true },
  );
  match(
    await refusalOf(accounts.changeAccount(ownerIs.accountId ?? "", { password: "new password" }, ownerIs)),
    /^401/,
  );
  await accounts.changeAccount(fay.id, { role: "guest", entities: ["tank_fresh"], pin: null }, ownerIs);
  const now = await family.who();
  deepStrictEqual([now.role, [...now.entities ?? []]], ["guest", ["tank_fresh"]]);
  ok(bench.revoked.includes(familyIs.clientId), "the sockets come back with the new rights");
  await accounts.removeAccount(fay.id, ownerIs);
  strictEqual((await family.who()).kind, "nobody");
  match(await refusalOf(accounts.removeAccount(fay.id, ownerIs)), /^404/);
  ok(bench.notes.some(({ what }) => what === "removed the account fay (guest)"));
});

Deno.test("Accounts: there is always an owner, and no name or address twice", async () => {
  await using bench = await accountsFixture();
  const { owner, fay } = await withFamily(bench);
  const { accounts } = bench;
  const is = await owner.who();
  const id = is.accountId ?? "";
  match(await refusalOf(accounts.removeAccount(id, is)), /^409 .*only owner/);
  match(await refusalOf(accounts.changeAccount(id, { role: "family" }, is)), /^409 .*only owner/);
  const twice = { name: "F", username: "FAY", role: "family", password: "12345678" } as const;
  match(await refusalOf(accounts.createAccount(twice, is)), /^409 .*"fay"/);
  match(await refusalOf(accounts.changeAccount(fay.id, { username: "olga" }, is)), /^409/);
  const wrong = await refusalOf(accounts.createAccount({
    name: " ",
    username: "a b",
    role: "family",
    password: "short",
    pin: "12a4",
    email: "nobody",
    expiresAt: "2020-01-01T00:00:00Z",
  }, is));
  match(wrong, /^422 .*name: .*username: .*email: .*password: .*pin: .*expiresAt: /);
  await accounts.changeAccount(fay.id, { role: "owner" }, is);
  await accounts.removeAccount(id, is);
  deepStrictEqual(bench.store.accounts.list().map(({ username, role }) => [username, role]), [["fay", "owner"]]);
});

Deno.test("Accounts: nobody takes the name by which the record tells another one", async () => {
  await using bench = await accountsFixture();
  const { owner, family, fay } = await withFamily(bench);
  const { accounts } = bench;
  const familyIs = await family.who();
  const ownerIs = await owner.who();
  const rename = (name: string) => accounts.changeAccount(fay.id, { name, presentPassword: familyPassword }, familyIs);
  for (const name of ["Olga", " olga", "OLGA  ", "O\u200blga", "Ｏｌｇａ", "Olga (program)", "x (token of Olga)"]) {
    match(await refusalOf(rename(name)), /^409 Cannot use the name ".*": another account has it\.$/, name);
  }
  const draft = { name: "FAY", username: "fay2", role: "guest", password: "12345678" } as const;
  match(await refusalOf(accounts.createAccount(draft, ownerIs)), /^409 Cannot use the name "FAY": another account/);
  match(await refusalOf(accounts.changeAccount(fay.id, { name: "olga" }, ownerIs)), /^409/);
  strictEqual((await rename("FAY")).name, "FAY", "one's own name is not another's");
  strictEqual((await rename("Fay of Olga")).name, "Fay of Olga");
  ok(bench.notes.some(({ what }) => what === "changed the account fay (family), now called Fay of Olga"));
  const twin = bench.store.accounts.get(fay.id);
  ok(twin);
  bench.store.accounts.change({ ...twin, name: "Olga" }, { atMs: bench.clock.wallMs() });
  const pin = { pin: "1379", presentPassword: familyPassword };
  strictEqual((await accounts.changeAccount(fay.id, pin, familyIs)).hasPin, true, "what was so before is no hindrance");
});

Deno.test("Accounts.changeAccount() takes what is the same as before for no change", async () => {
  await using bench = await accountsFixture();
  const owner = await bench.owner();
  const is = await owner.who();
  const id = is.accountId ?? "";
  const { accounts } = bench;
  match(await refusalOf(accounts.changeAccount(id, { email: "olga@example.org" }, is)), /^401 .*present password/);
  await accounts.changeAccount(id, { email: "olga@example.org", presentPassword: ownerPassword }, is);
  const same = { name: "Olga II", username: "olga", role: "owner", email: "olga@example.org" } as const;
  strictEqual((await accounts.changeAccount(id, same, is)).name, "Olga II");
  const expiresAt = new Date(bench.clock.wallMs() + 1000).toISOString();
  const draft = { name: "Gus", username: "gus", role: "guest", password: "a guest of one week", expiresAt } as const;
  const gus = await accounts.createAccount(draft, is);
  bench.clock.advance(5000);
  strictEqual((await accounts.changeAccount(gus.id, { name: "Gustav", expiresAt }, is)).expiresAt, expiresAt);
  strictEqual(
    (await accounts.changeAccount(gus.id, { name: "Gus" }, is)).expiresAt,
    expiresAt,
    "what is not told stays",
  );
  strictEqual((await accounts.changeAccount(gus.id, { expiresAt: null }, is)).expiresAt, undefined);
  strictEqual((await accounts.changeAccount(id, { expiresAt: null }, is)).expiresAt, undefined, "an owner had none");
  deepStrictEqual(
    (await accounts.changeAccount(id, { email: "" }, is).catch(({ status }) => ({ email: status }))).email,
    401,
  );
});

Deno.test("Accounts: a new password signs every other browser and program out", async () => {
  await using bench = await accountsFixture();
  const { owner, family, fay } = await withFamily(bench);
  const other = bench.client({ address: "10.0.0.9" });
  await other.signIn({ username: "fay", password: familyPassword });
  const program = await bench.accounts.grant({ username: "fay", password: familyPassword }, bench.client().caller);
  const change = { password: "another one for fay", presentPassword: familyPassword };
  await bench.accounts.changeAccount(fay.id, change, await family.who());
  strictEqual((await family.who()).kind, "account");
  strictEqual((await other.who()).kind, "nobody");
  match(await refusalOf(bench.accounts.grant({ refreshToken: program.refreshToken }, other.caller)), /^401/);
  match(await refusalOf(other.signIn({ username: "fay", password: familyPassword })), /^401/);
  await bench.accounts.changeAccount(fay.id, { password: "the owner set this" }, await owner.who());
  strictEqual((await family.who()).kind, "nobody");
  await other.signIn({ username: "fay", password: "the owner set this" });
});

Deno.test("Accounts: sessions are listed and ended by those whose they are, and by the owner", async () => {
  await using bench = await accountsFixture();
  const { owner, family } = await withFamily(bench);
  const { accounts } = bench;
  const familyIs = await family.who();
  const ownerIs = await owner.who();
  deepStrictEqual(
    accounts.sessions(familyIs).map((
      { accountName, device, address, isThis },
    ) => [accountName, device, address, isThis]),
    [["Fay", "Safari on iPhone", "10.0.0.8", true]],
  );
  strictEqual(accounts.sessions(ownerIs).length, 2);
  match(await refusalOf(accounts.revokeSession(ownerIs.clientId, familyIs)), /^404/);
  await accounts.revokeSession(familyIs.clientId, ownerIs);
  strictEqual((await family.who()).kind, "nobody");
  deepStrictEqual(bench.revoked, [familyIs.clientId]);
});

Deno.test("Accounts: API tokens act with their scope, never with more than their account, and end", async () => {
  await using bench = await accountsFixture();
  const { owner, family, fay } = await withFamily(bench);
  const { accounts } = bench;
  const familyIs = await family.who();
  const ownerIs = await owner.who();
  const program = bench.client({ address: "10.0.0.20" });
  const made = async (scope: "look" | "control" | "owner", who = ownerIs) => {
    const { token, text } = await accounts.createToken({ name: `${scope} token`, scope }, who);
    match(text, /^ciq_[A-Za-z0-9]{32}$/);
    ok(text.startsWith(token.hint) && token.hint.length === 8);
    program.bearer = text;
    return { token, principal: await program.who() };
  };
  const look = await made("look");
  deepStrictEqual([look.principal.role, look.principal.mayControl, look.principal.kind], ["family", false, "token"]);
  match(await refusalOf(accounts.createToken({ name: "more", scope: "control" }, look.principal)), /^403/);
  match(await refusalOf(accounts.revokeSession(ownerIs.clientId, look.principal)), /^403/);
  match(await refusalOf(accounts.changeAccount(ownerIs.accountId ?? "", { name: "x" }, look.principal)), /^403/);
  const control = await made("control", familyIs);
  deepStrictEqual([control.principal.role, control.principal.mayControl], ["family", true]);
  match(await refusalOf(accounts.createToken({ name: "x", scope: "owner" }, familyIs)), /^403/);
  await accounts.changeAccount(fay.id, { role: "guest", entities: ["tank_fresh"] }, ownerIs);
  strictEqual((await program.who()).role, "guest", "a token has no more rights than its account");
  await accounts.revokeToken(control.token.id, familyIs);
  strictEqual((await program.who()).kind, "nobody");
  ok(bench.revoked.includes(control.token.id));
  strictEqual((await made("owner")).principal.role, "owner");
  const expiresAt = new Date(bench.clock.wallMs() + 60_000).toISOString();
  const short = await accounts.createToken({ name: "short", scope: "look", expiresAt }, ownerIs);
  program.bearer = short.text;
  strictEqual((await program.who()).kind, "token");
  bench.clock.advance(60_001);
  strictEqual((await program.who()).kind, "nobody");
  strictEqual(accounts.tokens(ownerIs).some(({ name }) => name === "short"), false);
});

Deno.test("Accounts.grant() gives short access and a token that renews it once; a copy costs both sides", async () => {
  await using bench = await accountsFixture();
  await bench.owner();
  const program = bench.client({ address: "10.0.0.20" });
  const first = await bench.accounts.grant({ username: "olga", password: ownerPassword }, program.caller);
  strictEqual(first.expiresInS, 900);
  program.bearer = first.accessToken;
  deepStrictEqual([(await program.who()).role, (await program.who()).kind], ["owner", "token"]);
  bench.clock.advance(900_001);
  strictEqual((await program.who()).kind, "nobody");
  const second = await bench.accounts.grant({ refreshToken: first.refreshToken }, program.caller);
  program.bearer = second.accessToken;
  const { clientId } = await program.who();
  match(await refusalOf(bench.accounts.grant({ refreshToken: first.refreshToken }, program.caller)), /^401/);
  strictEqual((await program.who()).kind, "nobody", "the access goes with it");
  match(await refusalOf(bench.accounts.grant({ refreshToken: second.refreshToken }, program.caller)), /^401/);
  deepStrictEqual(bench.revoked, [clientId]);
  ok(bench.notes.some(({ what }) => what.startsWith("a refresh token was used twice")));
  const [head = "", body = ""] = first.accessToken.split(".");
  const forged = [
    `${head}.${body}.`,
    `${btoa('{"alg":"none","typ":"JWT"}').replaceAll("=", "")}.${body}.`,
    `${head}.${btoa(JSON.stringify({ iss: "coachiq", sub: "x", grant: "x", exp: 9e9 })).replaceAll("=", "")}.c2ln`,
    "ciq_" + "A".repeat(32),
    "not.a.token",
  ];
  for (const bearer of forged) {
    program.bearer = bearer;
    strictEqual((await program.who()).kind, "nobody", bearer);
  }
});

Deno.test("Accounts: a stolen database, a log and an answer hold no secret that opens anything", async () => {
  await using bench = await accountsFixture();
  const { owner, family, fay } = await withFamily(bench);
  const ownerIs = await owner.who();
  const pin = "97531864";
  await bench.accounts.changeAccount(fay.id, { pin }, ownerIs);
  const { text } = await bench.accounts.createToken({ name: "t", scope: "owner" }, ownerIs);
  const granted = await bench.accounts.grant({ username: "olga", password: ownerPassword }, owner.caller);
  const secrets = [
    owner.session,
    family.session,
    owner.cookies.get("coachiq_device") ?? "",
    text,
    text.slice(8),
    granted.accessToken,
    granted.refreshToken,
    granted.refreshToken.slice(5, 27),
    granted.refreshToken.slice(27),
    ownerPassword,
    familyPassword,
    pin,
    bench.codes[0] ?? "",
    (bench.codes[0] ?? "").replace("-", ""),
  ];
  await refusalOf(family.signIn({ username: "fay", password: "planted wrong password" }));
  const answers = JSON.stringify([
    bench.accounts.accounts(ownerIs),
    bench.accounts.sessions(ownerIs),
    bench.accounts.tokens(ownerIs),
    bench.accounts.me(ownerIs),
    bench.notes,
    bench.logged,
  ]);
  bench.store.database.checkpoint();
  const files = [...Deno.readDirSync(bench.store.paths.user)].filter(({ isFile }) => isFile);
  ok(files.length > 0);
  const bytes = files.map(({ name }) =>
    new TextDecoder("latin1").decode(Deno.readFileSync(`${bench.store.paths.user}/${name}`))
  );
  for (const secret of secrets) {
    ok(secret.length >= 8);
    ok(!bytes.some((file) => file.includes(secret)), `the files hold "${secret}"`);
    ok(!answers.includes(secret), `answers, notes or logs hold "${secret}"`);
  }
  ok(!answers.includes("planted"));
  const thief = bench.client();
  for (
    const { token_hash } of bench.store.database.connection.prepare("SELECT token_hash FROM account_sessions").all()
  ) {
    thief.cookies.set("coachiq_session", String(token_hash));
    strictEqual((await thief.who()).kind, "nobody", "what the database holds is no cookie");
  }
});

Deno.test("Accounts: what another program takes away is noticed within ten seconds", async () => {
  await using bench = await accountsFixture();
  const owner = await bench.owner();
  const { clientId } = await owner.who();
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(bench.store.paths.coachiq);
  other.exec("DELETE FROM account_sessions");
  other.close();
  strictEqual((await owner.who()).kind, "nobody");
  bench.clock.advance(10_000);
  deepStrictEqual(bench.revoked, [clientId]);
});
