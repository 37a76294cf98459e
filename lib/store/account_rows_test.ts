import assert from "node:assert/strict";
import { storeFixture } from "../../tests/suites/store_fixture.ts";
import { type AccountRow, AccountRows, type RowCondition } from "./account_rows.ts";

/** A session of an account, in the columns that must be there. */
function session(id: string, expiresAt: number, address: string | null = null): AccountRow {
  return {
    id,
    account_id: "anna",
    token_hash: `hash of ${id}`,
    address,
    created_at: 1,
    updated_at: 1,
    expires_at: expiresAt,
  };
}

const account: AccountRow = {
  id: "anna",
  name: "Anna",
  username: "anna",
  email: "anna@example.net",
  email_verified: 0,
  role: "owner",
  created_at: 1,
  updated_at: 1,
};

async function threeSessions() {
  const fixture = await storeFixture();
  await fixture.store.start();
  const rows = new AccountRows(fixture.store.database);
  rows.insert("accounts", account);
  rows.insert("account_sessions", session("a", 10));
  rows.insert("account_sessions", session("b", 20, "192.0.2.1"));
  rows.insert("account_sessions", session("c", 30));
  return { fixture, rows };
}

const expiry = (operator: "eq" | "ne" | "lt" | "lte" | "gt" | "gte", value: number): RowCondition => ({
  column: "expires_at",
  operator,
  value,
});

Deno.test("AccountRows finds by every comparison, by all conditions at once, and by none", async () => {
  const { fixture, rows } = await threeSessions();
  await using _ = fixture;
  const found = (...conditions: readonly RowCondition[]) =>
    rows.find("account_sessions", conditions).map(({ id }) => id).sort();
  assert.deepEqual(found(), ["a", "b", "c"]);
  assert.deepEqual(found(expiry("eq", 20)), ["b"]);
  assert.deepEqual(found(expiry("ne", 20)), ["a", "c"]);
  assert.deepEqual(found(expiry("lt", 20)), ["a"]);
  assert.deepEqual(found(expiry("lte", 20)), ["a", "b"]);
  assert.deepEqual(found(expiry("gt", 20)), ["c"]);
  assert.deepEqual(found(expiry("gte", 20), { column: "id", operator: "in", value: ["a", "b"] }), ["b"]);
  assert.deepEqual(found({ column: "address", operator: "eq", value: null }), ["a", "c"]);
  assert.equal(rows.find("account_sessions", [], 2).length, 2);
});

Deno.test("AccountRows counts, changes and deletes what the conditions say, and tells how much", async () => {
  const { fixture, rows } = await threeSessions();
  await using _ = fixture;
  assert.equal(rows.count("account_sessions", []), 3);
  assert.equal(rows.count("account_sessions", [expiry("gt", 10)]), 2);
  assert.equal(rows.update("account_sessions", [expiry("gt", 10)], { expires_at: 99, address: "192.0.2.7" }), 2);
  assert.deepEqual(rows.find("account_sessions", [expiry("eq", 99)]).map(({ address }) => address), [
    "192.0.2.7",
    "192.0.2.7",
  ]);
  assert.equal(rows.delete("account_sessions", [expiry("eq", 10)]), 1);
  assert.equal(rows.delete("account_sessions", [expiry("eq", 10)]), 0);
  assert.equal(rows.count("account_sessions", []), 2);
});

Deno.test("AccountRows takes a value for what it is, whatever is written in it", async () => {
  const { fixture, rows } = await threeSessions();
  await using _ = fixture;
  const hostile = "x' OR '1'='1";
  assert.deepEqual(rows.find("account_sessions", [{ column: "id", operator: "eq", value: hostile }]), []);
  assert.equal(
    rows.update("account_sessions", [{ column: "id", operator: "eq", value: "a" }], { address: hostile }),
    1,
  );
  assert.equal(rows.find("account_sessions", [{ column: "id", operator: "eq", value: "a" }])[0]?.["address"], hostile);
});
