import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../../tests/fixtures/test_app.ts";
import { type AccountsFixture, accountsFixture, ownerPassword } from "../../../tests/suites/accounts_fixture.ts";

const host = "127.0.0.1:8080";

/** The site over real accounts, and a browser that keeps its cookies. */
function browserOf(bench: AccountsFixture, options: { readonly address?: string } = {}) {
  const app = testApp({ accounts: bench.accounts });
  const jar = bench.client();
  const ask = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const cookie = [...jar.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers: Record<string, string> = { host, ...(cookie === "" ? {} : { cookie }), ...more };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await app.fetch(
      new Request(`http://${host}/api/auth/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
      { remoteAddress: options.address ?? "10.0.0.7" },
    );
    jar.take(response.headers.getSetCookie());
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text), text };
  };
  return { ask, jar };
}

const account = { name: "Olga", username: "olga", password: ownerPassword };

Deno.test("/api/auth leads from the code to an owner, people, sessions, tokens and out again", async () => {
  await using bench = await accountsFixture();
  const { ask, jar } = browserOf(bench);
  deepStrictEqual((await ask("GET", "me")).body, { state: "setUp", mail: false, pinNames: [] });
  const setUp = await ask("POST", "set-up", { code: bench.codes[0], account });
  deepStrictEqual([setUp.status, setUp.body.state, setUp.body.role], [200, "signedIn", "owner"]);
  strictEqual(setUp.headers.get("cache-control"), "no-store");
  strictEqual((await ask("GET", "me")).body.name, "Olga");
  const gus = await ask("POST", "accounts", {
    name: "Gus",
    username: "gus",
    role: "guest",
    password: "a guest of one week",
    entities: ["living_ceiling"],
  });
  strictEqual(gus.status, 201);
  strictEqual((await ask("PUT", `accounts/${gus.body.id}`, { name: "Gustav" })).body.name, "Gustav");
  strictEqual((await ask("GET", "accounts")).body.length, 2);
  const token = await ask("POST", "tokens", { name: "script", scope: "look" });
  strictEqual(token.status, 201);
  const program = browserOf(bench);
  const bearer = { authorization: `Bearer ${token.body.text}` };
  strictEqual((await program.ask("GET", "me", undefined, bearer)).body.role, "family");
  strictEqual((await program.ask("POST", "accounts", { ...account, role: "owner" }, bearer)).status, 403);
  const granted = await program.ask("POST", "grant", { username: "olga", password: ownerPassword });
  strictEqual(granted.body.expiresInS, 900);
  strictEqual((await program.ask("POST", "grant", { refreshToken: granted.body.refreshToken })).status, 200);
  strictEqual((await ask("DELETE", `tokens/${token.body.token.id}`)).status, 200);
  strictEqual((await program.ask("GET", "tokens", undefined, bearer)).status, 401);
  strictEqual((await ask("GET", "sessions")).body.length, 2);
  strictEqual((await ask("DELETE", `accounts/${gus.body.id}`)).status, 200);
  deepStrictEqual((await ask("POST", "sign-out")).body.state, "signedOut");
  strictEqual(jar.session, "");
  strictEqual((await ask("GET", "accounts")).status, 401);
});

Deno.test("/api/auth/sign-in answers 401 in one form, then 429 with Retry-After, and takes only small JSON", async () => {
  await using bench = await accountsFixture();
  await bench.owner();
  const { ask } = browserOf(bench, { address: "203.0.113.9" });
  const answers = [];
  for (let i = 0; i < 6; i++) answers.push(await ask("POST", "sign-in", { username: "olga", password: `guess ${i}` }));
  deepStrictEqual(answers.map(({ status }) => status), [401, 401, 401, 401, 401, 429]);
  strictEqual(answers[0]?.body.detail, "Cannot sign in: the name or the password is wrong.");
  strictEqual(answers[5]?.headers.get("retry-after"), "30");
  strictEqual(answers[5]?.body.title, "Too many requests");
  const both = { username: "olga", password: "x", pin: "1234" };
  strictEqual((await ask("POST", "sign-in", both)).status, 422, "one proof, not two");
  strictEqual((await ask("POST", "sign-in", { username: "olga", password: "x".repeat(5000) })).status, 413);
  const foreign = await ask("POST", "sign-in", { username: "olga", password: "x" }, { origin: "https://evil.example" });
  strictEqual(foreign.status, 403);
  ok(!answers.some(({ text }) => text.includes("guess")), "no answer repeats what was tried");
});

Deno.test("/api/auth/sign-in leaves the browser with the new session when the old one is renewed by the same request", async () => {
  await using bench = await accountsFixture();
  await bench.owner();
  const { ask, jar } = browserOf(bench);
  await ask("POST", "sign-in", { username: "olga", password: ownerPassword });
  bench.clock.advance(3 * 86_400_000);
  const answer = await ask("POST", "sign-in", { username: "olga", password: ownerPassword });
  const sessions = answer.headers.getSetCookie().filter((cookie) => cookie.startsWith("coachiq_session="));
  strictEqual(sessions.length, 1);
  strictEqual((await jar.who()).kind, "account");
  bench.clock.advance(3 * 86_400_000);
  const out = await ask("POST", "sign-out");
  match(out.headers.getSetCookie().join(), /^coachiq_session=; Path=\/; Max-Age=0; HttpOnly/);
  strictEqual(jar.session, "");
});

Deno.test("/api/auth/me says that accounts are off where they are", async () => {
  await using bench = await accountsFixture();
  const app = testApp({ clock: bench.clock });
  const me = await app.fetch(new Request(`http://${host}/api/auth/me`, { headers: { host } }));
  deepStrictEqual(await me.json(), { state: "off", mail: false, pinNames: [] });
  const accounts = await app.fetch(new Request(`http://${host}/api/auth/accounts`, { headers: { host } }));
  strictEqual(accounts.status, 409);
});
