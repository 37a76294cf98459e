import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { accountsFixture, ownerPassword, refusalOf } from "../../tests/suites/accounts_fixture.ts";
import { migrations } from "../../tests/suites/store_fixture.ts";
import { machineTimeSigns } from "../core/mod.ts";
import { FileLock, jobLockPath } from "../update/mod.ts";
import type { AccountRequest } from "./account_request.ts";
import { runAccountCommand } from "./account_run.ts";

type Asked = AccountRequest extends infer R ? R extends unknown ? Omit<R, "json" | "dataDir"> : never : never;

/** The command over the data directory of a running server. */
function commandOver(bench: Awaited<ReturnType<typeof accountsFixture>>) {
  return async (asked: Asked, options: { readonly input?: string; readonly json?: boolean } = {}) => {
    let out = "";
    let err = "";
    const request = { json: options.json ?? false, dataDir: bench.data.dataDir, ...asked } as AccountRequest;
    const code = await runAccountCommand(request, {
      output: { out: (text) => void (out += text), err: (text) => void (err += text) },
      terminal: false,
      defaultDataDir: () => Promise.resolve("/nowhere"),
      migrations,
      programVersion: "1.2.3",
      clock: bench.clock,
      timeSigns: machineTimeSigns(),
      readInput: () => Promise.resolve(options.input ?? ""),
    });
    return { code, out, err };
  };
}

Deno.test("account reset-password gives a new password while the server runs, and signs out everywhere", async () => {
  await using bench = await accountsFixture();
  const phone = await bench.owner();
  const { clientId, accountId = "" } = await phone.who();
  await bench.accounts.changeAccount(accountId, { pin: "2580", presentPassword: ownerPassword }, await phone.who());
  const account = commandOver(bench);
  const { code, out } = await account({ command: "reset-password", username: "Olga", passwordFromInput: false });
  strictEqual(code, 0);
  const password = /^Password: ([a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5})$/m.exec(out)?.[1] ?? "";
  strictEqual((await phone.who()).kind, "nobody");
  bench.clock.advance(10_000);
  deepStrictEqual(bench.revoked, [clientId]);
  match(await refusalOf(phone.signIn({ username: "olga", pin: "2580" })), /^401/);
  match(await refusalOf(phone.signIn({ username: "olga", password: ownerPassword })), /^401/);
  strictEqual((await phone.signIn({ username: "olga", password })).state, "signedIn");
  const typed = await account(
    { command: "reset-password", username: "olga", passwordFromInput: true },
    { input: "typed by a person\n", json: true },
  );
  deepStrictEqual(JSON.parse(typed.out), { username: "olga" }, "what was typed is not printed");
  strictEqual((await phone.signIn({ username: "olga", password: "typed by a person" })).state, "signedIn");
  const notes = bench.store.audit.list({ limit: 10 });
  deepStrictEqual(notes.map(({ actor, what }) => [actor, what])[0], [
    "command line",
    "gave the account olga a new password",
  ]);
  ok(!JSON.stringify(notes).includes("typed by"));
});

Deno.test("account create-owner, list and revoke-sessions work, also without a server", async () => {
  await using bench = await accountsFixture();
  await bench.accounts.stop();
  bench.store.close();
  const account = commandOver(bench);
  match((await account({ command: "list" })).out, /There is no account/);
  const made = await account(
    { command: "create-owner", username: "Olga", passwordFromInput: true },
    { input: ownerPassword },
  );
  deepStrictEqual([made.code, made.out], [0, '"olga" is an owner.\n']);
  const again = await account({ command: "create-owner", username: "olga", passwordFromInput: false });
  deepStrictEqual([again.code, again.err], [1, 'Cannot make "olga": there is such an account\n']);
  const short = await account(
    { command: "create-owner", username: "otto", passwordFromInput: true },
    { input: "short" },
  );
  match(short.err, /password: expected 8 to 200 characters/);
  match((await account({ command: "list" })).out, /^olga +owner +Olga, last seen never\n$/);
  await bench.store.open();
  const phone = bench.client();
  await phone.signIn({ username: "olga", password: ownerPassword });
  strictEqual((await account({ command: "revoke-sessions", username: "olga" })).code, 0);
  strictEqual((await phone.who()).kind, "nobody");
  const missing = await account({ command: "revoke-sessions", username: "nobody" });
  deepStrictEqual([missing.code, missing.err], [1, 'Cannot find the account "nobody": see coachiq account list\n']);
});

Deno.test("account create-owner gives nobody the name of another", async () => {
  await using bench = await accountsFixture();
  const owner = await (await bench.owner()).who();
  await bench.accounts.changeAccount(owner.accountId ?? "", { name: "Otto" }, owner);
  const refused = await commandOver(bench)({ command: "create-owner", username: "otto", passwordFromInput: false });
  deepStrictEqual([refused.code, refused.err], [1, 'Cannot make "otto": the account "olga" is called "Otto"\n']);
});

Deno.test("account refuses while the database is being replaced", async () => {
  await using bench = await accountsFixture();
  await bench.owner();
  const lock = new FileLock(jobLockPath(bench.store.paths));
  await lock.take("{}");
  const refused = await commandOver(bench)({ command: "revoke-sessions", username: "olga" });
  lock.release();
  strictEqual(refused.code, 1);
  match(refused.err, /being updated or backed up/);
});
