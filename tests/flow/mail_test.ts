import assert from "node:assert/strict";
import { mailAccount, startMailServer } from "../fixtures/mail_server.ts";
import { startServer } from "./program.ts";

const password = "correct horse battery staple";

Deno.test("a link to sign in comes by mail, as soon as the configuration names a server, and opens the site once", async () => {
  await using mail = await startMailServer(undefined);
  const dataDir = await Deno.makeTempDir({ prefix: "coachiq-mail-" });
  const server = await startServer(["--can", "sim", "--profile", "custom", "--data-dir", dataDir], {
    env: {
      COACHIQ_AUTH__ADMIN_USERNAME: "anna",
      COACHIQ_AUTH__ADMIN_PASSWORD: password,
      COACHIQ_NOTIFICATIONS__SMTP__PASSWORD: mailAccount.password,
    },
  });
  const ask = async (method: string, path: string, body?: unknown, cookie = "") => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...(cookie === "" ? {} : { cookie }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, cookie: response.headers.getSetCookie().join("; "), text: await response.text() };
  };
  try {
    const { cookie } = await ask("POST", "/api/auth/sign-in", { username: "anna", password });
    assert.equal(JSON.parse((await ask("GET", "/api/auth/me")).text).mail, false);
    const [anna] = JSON.parse((await ask("GET", "/api/auth/accounts", undefined, cookie)).text);
    assert.equal((await ask("POST", "/api/auth/link", { email: "anna@example.net" })).status, 409);
    const address = { email: "anna@example.net", presentPassword: password };
    assert.equal((await ask("PUT", `/api/auth/accounts/${anna.id}`, address, cookie)).status, 200);
    const smtp = "features.notifications.smtp";
    const values = {
      [`${smtp}.host`]: "127.0.0.1",
      [`${smtp}.port`]: mail.port,
      [`${smtp}.security`]: "none",
      [`${smtp}.username`]: mailAccount.username,
    };
    const set = await ask("PUT", "/api/config/overrides", { values }, cookie);
    assert.equal(set.status, 200, set.text);
    assert.equal(JSON.parse((await ask("GET", "/api/auth/me")).text).mail, true);
    assert.equal((await ask("POST", "/api/auth/link", { email: "nobody@example.net" })).status, 202);
    assert.equal((await ask("POST", "/api/auth/link", { email: "anna@example.net" })).status, 202);
    const sent = await mail.next();
    assert.match(sent, /^From: coach@example\.net\r?$/m);
    assert.match(sent, /^To: anna@example\.net\r?$/m);
    const link = /^([A-Za-z0-9]{32})\r?$/m.exec(sent)?.[1] ?? "";
    const signedIn = await ask("POST", "/api/auth/sign-in", { link });
    assert.equal(signedIn.status, 200, signedIn.text);
    const who = JSON.parse((await ask("GET", "/api/auth/me", undefined, signedIn.cookie)).text);
    assert.deepEqual([who.state, who.role], ["signedIn", "owner"]);
    assert.equal((await ask("POST", "/api/auth/sign-in", { link })).status, 401);
    assert.equal(mail.mails.length, 1);
  } finally {
    await server.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});
