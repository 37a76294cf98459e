import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert";
import { ManualClock } from "../../base/mod.ts";
import { accountsFixture, ownerPassword, refusalOf, TestClient } from "../../../tests/suites/accounts_fixture.ts";
import { AccountRows } from "../../core/mod.ts";
import { RequestError, TooManyRequests } from "../services.ts";
import { loadAuthEngine } from "./auth_engine.ts";
import { BackOff } from "./back_off.ts";
import { limitedAddress, TryLimits } from "./try_limits.ts";
import { WorkGate } from "./work_gate.ts";

Deno.test("BackOff doubles the wait after the free tries, forgets after an hour, and is bounded", () => {
  const clock = new ManualClock();
  const backOff = new BackOff({ clock, freeTries: 2, firstWaitMs: 1000, longestWaitMs: 5000, maxKeys: 3 });
  const waits = [];
  for (let i = 0; i < 6; i++) {
    backOff.count("a");
    waits.push(backOff.waitMs("a"));
    clock.advance(backOff.waitMs("a"));
  }
  deepStrictEqual(waits, [0, 1000, 2000, 4000, 5000, 5000]);
  backOff.count("a")();
  strictEqual(backOff.waitMs("a"), 0, "a try that was not made does not count");
  for (const key of ["b", "c", "d", "e"]) backOff.count(key);
  strictEqual(backOff.size, 3);
  strictEqual(backOff.waitMs("a"), 0);
  for (let i = 0; i < 2; i++) backOff.count("e");
  ok(backOff.waitMs("e") > 0);
  clock.advance(60 * 60_000);
  backOff.count("e");
  strictEqual(backOff.waitMs("e"), 0, "it counts from the beginning");
});

Deno.test("limitedAddress() takes the network of IPv6 and the address of IPv4", () => {
  const table = [
    ["10.0.0.7", "10.0.0.7"],
    ["::ffff:10.0.0.7", "10.0.0.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:0001:2::6", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["unknown", "unknown"],
  ] as const;
  for (const [address, limited] of table) strictEqual(limitedAddress(address), limited);
});

Deno.test("TryLimits counts tries at the same moment, each for itself", () => {
  const limits = new TryLimits(new ManualClock());
  const attempt = { username: "olga", address: "10.0.0.7", isKnownAddress: false };
  let allowed = 0;
  for (let i = 0; i < 100; i++) {
    try {
      limits.password(attempt);
      allowed++;
    } catch (error) {
      ok(error instanceof TooManyRequests && error.retryAfterS === 30);
    }
  }
  strictEqual(allowed, 5);
});

Deno.test("TryLimits.pin() allows ten wrong PINs, however long ago they were, until the password was right", () => {
  const clock = new ManualClock();
  let kept = 0;
  const wrongPins = { read: () => kept, write: (count: number) => void (kept = count) };
  const attempt = { username: "olga", address: "10.0.0.7", device: "tablet", isKnownAddress: true, wrongPins };
  const limits = new TryLimits(clock);
  const tryPin = (of: TryLimits) => {
    clock.advance(2 * 60 * 60_000);
    return of.pin(attempt);
  };
  for (let i = 0; i < 9; i++) tryPin(limits);
  tryPin(limits).takeBack();
  strictEqual(kept, 9, "what was not looked at does not count");
  tryPin(limits).succeeded();
  strictEqual(kept, 0, "a right one takes the wrong ones back");
  for (let i = 0; i < 5; i++) tryPin(limits);
  const afterRestart = new TryLimits(clock);
  for (let i = 0; i < 5; i++) tryPin(afterRestart);
  for (const  of of[limits, afterRestart, new TryLimits(clock)]) {
    throws(() => tryPin(of), /wrong too often, use the password/);
  }
  afterRestart.password(attempt).succeeded();
  tryPin(afterRestart).succeeded();
});

Deno.test("WorkGate lets one through at a time, known devices first, and turns the rest away", async () => {
  const gate = new WorkGate();
  const order: string[] = [];
  let atOnce = 0;
  const work = (name: string, known: boolean) =>
    gate.run(async () => {
      strictEqual(++atOnce, 1);
      await Promise.resolve();
      order.push(name);
      atOnce--;
    }, { known });
  const strangers = Array.from({ length: 30 }, (_, i) => work(`stranger ${i}`, false));
  const owner = work("owner", true);
  const settled = await Promise.allSettled(strangers);
  await owner;
  strictEqual(settled.filter(({ status }) => status === "fulfilled").length, 17);
  deepStrictEqual(order.slice(0, 3), ["stranger 0", "owner", "stranger 1"]);
});

Deno.test("AuthEngine.verify() does the same work whether there is a hash or not", async () => {
  await using bench = await accountsFixture();
  let works = 0;
  class CountingGate extends WorkGate {
    override run<T>(work: () => Promise<T>, options: { readonly known: boolean }): Promise<T> {
      works++;
      return super.run(work, options);
    }
  }
  const engine = await loadAuthEngine(new AccountRows(bench.store.database), new CountingGate());
  const hash = await engine.hash(ownerPassword, { known: true });
  match(hash, /^[0-9a-f]{32}:[0-9a-f]{128}$/);
  strictEqual(await engine.verify(ownerPassword, hash, { known: false }), true);
  strictEqual(await engine.verify("another", hash, { known: false }), false);
  strictEqual(await engine.verify(ownerPassword, undefined, { known: false }), false);
  strictEqual(works, 4);
});

Deno.test("Accounts: 10,000 wrong passwords in a minute from 50 addresses get in nowhere and lock nobody out", async () => {
  await using bench = await accountsFixture();
  const phone = await bench.owner();
  await phone.signOut();
  const statuses = new Map<number, number>();
  const perAddress = new Map<string, number>();
  const tryOnce = async (i: number) => {
    const address = `203.0.113.${i % 50}`;
    const username = i % 10 === 0 ? `guess${i}` : "olga";
    const attacker = bench.client({ address });
    try {
      await attacker.signIn({ username, password: `guess number ${i}` });
      throw new Error("a guess got in");
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      statuses.set(error.status, (statuses.get(error.status) ?? 0) + 1);
      if (error.status === 401) perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    }
  };
  const memoryBefore = Deno.memoryUsage().heapUsed;
  for (let i = 0; i < 10_000; i += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, k) => tryOnce(i + k)));
    bench.clock.advance(600);
  }
  ok((statuses.get(429) ?? 0) > 9_000, `most are refused without work: ${JSON.stringify([...statuses])}`);
  ok(Math.max(...perAddress.values()) <= 9, "no address tries much");
  ok(Deno.memoryUsage().heapUsed - memoryBefore < 30e6, "memory stays flat");
  strictEqual((await phone.signIn({ username: "olga", password: ownerPassword })).state, "signedIn");
  const sameHouse = bench.client({ address: phone.address });
  strictEqual((await sameHouse.signIn({ username: "olga", password: ownerPassword })).state, "signedIn");
  const elsewhere = bench.client({ address: "198.51.100.1" });
  strictEqual((await elsewhere.signIn({ username: "olga", password: ownerPassword })).state, "signedIn");
});

Deno.test("Accounts.signIn() with a PIN works on a device that had the password, and rests after ten wrong ones", async () => {
  await using bench = await accountsFixture();
  const tablet = await bench.owner();
  const { accountId = "" } = await tablet.who();
  const change = { pin: "2580", presentPassword: ownerPassword };
  await bench.accounts.changeAccount(accountId, change, await tablet.who());
  await tablet.signOut();
  deepStrictEqual(bench.accounts.me(await tablet.who()).pinNames, ["olga"]);
  deepStrictEqual(bench.accounts.me(await bench.client().who()).pinNames, [], "strangers are told no names");
  const pin = { username: "olga", pin: "2580" };
  strictEqual((await tablet.signIn(pin)).state, "signedIn");
  match(await refusalOf(bench.client().signIn(pin)), /^401 .*the name or the PIN is wrong/, "nowhere else");
  await tablet.signOut();
  bench.clock.advance(60 * 60_000);
  for (let i = 0; i < 30; i++) {
    await refusalOf(bench.client({ address: `10.1.0.${i}` }).signIn({ ...pin, pin: "1111" }));
  }
  strictEqual((await tablet.signIn(pin)).state, "signedIn", "wrong PINs elsewhere take it from nobody");
  await tablet.signOut();
  let wrong = 0;
  for (let i = 0; i < 40; i++) {
    const refusal = await refusalOf(tablet.signIn({ username: "olga", pin: String(1000 + i) }));
    if (refusal.startsWith("401")) wrong++;
    bench.clock.advance(60_000);
  }
  ok(wrong <= 10, `${wrong} wrong PINs were looked at`);
  strictEqual((await tablet.signIn({ username: "olga", password: ownerPassword })).state, "signedIn");
  strictEqual((await tablet.signIn(pin)).state, "signedIn");
});

Deno.test("Accounts.signIn() looks at ten wrong PINs in a row in a day and after restarts, and locks no password out", async () => {
  await using bench = await accountsFixture();
  const first = await bench.owner();
  const { accountId = "" } = await first.who();
  const change = { pin: "2580", presentPassword: ownerPassword };
  await bench.accounts.changeAccount(accountId, change, await first.who());
  let tablet = first;
  let lookedAt = 0;
  for (let hour = 0; hour < 24; hour++) {
    if (hour % 8 === 7) {
      tablet = new TestClient(bench.again());
      for (const [name, value] of first.cookies) tablet.cookies.set(name, value);
    }
    bench.clock.advance(61 * 60_000);
    if ((await refusalOf(tablet.signIn({ username: "olga", pin: String(1000 + hour) }))).startsWith("401")) lookedAt++;
  }
  strictEqual(lookedAt, 10);
  const pin = { username: "olga", pin: "2580" };
  match(await refusalOf(tablet.signIn(pin)), /^429 .*wrong too often, use the password/);
  strictEqual((await tablet.signIn({ username: "olga", password: ownerPassword })).state, "signedIn");
  strictEqual((await tablet.signIn(pin)).state, "signedIn");
});

Deno.test("Accounts: a PIN that rests is taken again after a link or with a new PIN, and goes with its account", async () => {
  const mails: string[] = [];
  const mailer = { send: ({ text }: { readonly text: string }) => Promise.resolve(void mails.push(text)) };
  await using bench = await accountsFixture({ mailer: () => mailer });
  const { accounts, store } = bench;
  const is = await (await bench.owner()).who();
  const draft = { name: "Fay", username: "fay", role: "family", pin: "1379", email: "fay@example.org" } as const;
  const { id } = await accounts.createAccount(draft, is);
  const rest = () => store.accounts.setWrongPins(id, { count: 10, atMs: bench.clock.wallMs() });
  rest();
  await accounts.sendLink("fay@example.org", bench.client().caller);
  const tablet = bench.client();
  await tablet.signIn({ link: /^[A-Za-z0-9]{32}$/m.exec(mails[0] ?? "")?.[0] ?? "" });
  strictEqual((await tablet.signIn({ username: "fay", pin: "1379" })).state, "signedIn");
  rest();
  bench.clock.advance(3 * 86_400_000);
  match(await refusalOf(tablet.signIn({ username: "fay", pin: "1379" })), /^429/);
  await accounts.changeAccount(id, { pin: "2468" }, is);
  strictEqual((await tablet.signIn({ username: "fay", pin: "2468" })).state, "signedIn");
  rest();
  await accounts.removeAccount(id, is);
  deepStrictEqual(new AccountRows(store.database).find("account_verifications", []), []);
});

Deno.test("Accounts.signIn() takes no PIN where PINs are off", async () => {
  await using bench = await accountsFixture({ settings: () => ({ pinSignIn: false }) });
  const tablet = await bench.owner();
  const { accountId = "" } = await tablet.who();
  await bench.accounts.changeAccount(accountId, { pin: "2580", presentPassword: ownerPassword }, await tablet.who());
  match(await refusalOf(tablet.signIn({ username: "olga", pin: "2580" })), /^401/);
  deepStrictEqual(bench.accounts.me(await tablet.who()).pinNames, []);
});

Deno.test("Accounts.sendLink() mails a link that is good once, and tells nothing of who has an account", async () => {
  const mails: { readonly to: string; readonly text: string }[] = [];
  const mailer = { send: (mail: (typeof mails)[number]) => Promise.resolve(void mails.push(mail)) };
  await using bench = await accountsFixture({ mailer: () => mailer, siteUrl: () => "https://coach.example/" });
  const owner = await bench.owner();
  const { accountId = "" } = await owner.who();
  await bench.accounts.changeAccount(
    accountId,
    { email: "Olga@example.org", presentPassword: ownerPassword },
    await owner.who(),
  );
  const { caller } = bench.client();
  strictEqual(await bench.accounts.sendLink("nobody@example.org", caller), undefined);
  strictEqual(await bench.accounts.sendLink("olga@example.org", caller), undefined);
  deepStrictEqual(mails.map(({ to }) => to), ["olga@example.org"]);
  const link = /https:\/\/coach\.example\/sign-in\?link=([A-Za-z0-9]{32})\n/.exec(mails[0]?.text ?? "")?.[1] ?? "";
  const phone = bench.client();
  strictEqual((await phone.signIn({ link })).name, "Olga");
  match(await refusalOf(bench.client().signIn({ link })), /^401 .*used already/);
  await bench.accounts.sendLink("olga@example.org", bench.client({ address: "10.0.0.8" }).caller);
  const late = /link=([A-Za-z0-9]{32})/.exec(mails[1]?.text ?? "")?.[1] ?? "";
  bench.clock.advance(16 * 60_000);
  match(await refusalOf(bench.client().signIn({ link: late })), /^401 .*too old/);
  const flood = Array.from({ length: 20 }, () => refusalOf(bench.accounts.sendLink("olga@example.org", caller)));
  const refused = (await Promise.allSettled(flood)).filter(({ status }) => status === "fulfilled").length;
  ok(refused >= 14, "a mailbox is not flooded");
  await using without = await accountsFixture();
  match(await refusalOf(without.accounts.sendLink("a@b.example", caller)), /^409 .*no mail is configured/);
});
