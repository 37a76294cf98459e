import { match, ok, strictEqual } from "node:assert";
import { FakeAccounts } from "../../tests/fixtures/fake_accounts.ts";
import { FakeDatabase } from "../../tests/fixtures/fake_database.ts";
import { testApp } from "../../tests/fixtures/test_app.ts";

const host = "127.0.0.1:8080";

function site({ withAccounts = true } = {}) {
  const database = new FakeDatabase();
  database.problems = [{ what: "The disk is full.", todo: "Make room." }] as FakeDatabase["problems"];
  let looked = 0;
  const status = database.status.bind(database);
  database.status = (request) => {
    looked++;
    return status(request);
  };
  const app = testApp({ database, ...(withAccounts ? { accounts: new FakeAccounts() } : {}) });
  const page = async (path: string, headers: Record<string, string>, method = "GET") => {
    const all = { host, accept: "text/html", ...headers };
    const response = await app.fetch(new Request(`http://${host}${path}`, { method, headers: all }), {
      remoteAddress: "10.0.0.7",
      isMachine: false,
    });
    return { status: response.status, text: await response.text() };
  };
  return { page, looked: () => looked };
}

/** What turns somebody away before it is known who asks. */
const early: readonly (readonly [what: string, headers: Record<string, string>, method: string, status: number])[] = [
  ["another name", { host: "evil.example" }, "GET", 421],
  ["a foreign page", { origin: "https://evil.example" }, "POST", 403],
];

for (const [what, headers, method, status] of early) {
  for (const withAccounts of [true, false]) {
    const where = withAccounts ? "with accounts" : "without accounts";
    Deno.test(`SiteAnswers: the error page for ${what} says nothing of the coach, ${where}`, async () => {
      const { page, looked } = site({ withAccounts });
      const answer = await page("/", { cookie: "as=owner", ...headers }, method);
      strictEqual(answer.status, status);
      match(answer.text, /<title>[^<]+ · CoachIQ<\/title>/);
      ok(!/data-island|data-props|The disk is full|<nav/.test(answer.text), answer.text);
      strictEqual(looked(), 0, "the storage is not asked for strangers");
    });
  }
}

Deno.test("SiteAnswers: the family is told of the database on every page, and a guest on none", async () => {
  const { page, looked } = site();
  const family = await page("/", { cookie: "as=family" });
  match(family.text, /The disk is full/);
  match(family.text, /"seesDatabase":true/);
  strictEqual(looked(), 1);
  for (const path of ["/", "/entities", "/settings/people", "/nothing"]) {
    const { text } = await page(path, { cookie: "as=guest" });
    match(text, /"database":null,"seesDatabase":false/);
    ok(!text.includes("The disk is full"), path);
  }
  strictEqual(looked(), 1);
});
