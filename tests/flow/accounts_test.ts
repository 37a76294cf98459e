import assert from "node:assert/strict";
import { startServer } from "./program.ts";

const password = "correct-horse-battery";

/** Starts a server with accounts, its owner made at the first start. */
async function startWithOwner(dataDir: string) {
  await Deno.writeTextFile(`${dataDir}/admin`, `${password}\n`, { mode: 0o600 });
  return await startServer(["--can", "sim", "--profile", "custom", "--data-dir", dataDir], {
    env: { COACHIQ_AUTH__ADMIN_USERNAME: "anna", COACHIQ_AUTH__ADMIN_PASSWORD_FILE: `${dataDir}/admin` },
  });
}

Deno.test("a program's access survives a restart, and its key is in a file of its user alone", async () => {
  const dataDir = await Deno.makeTempDir();
  const first = await startWithOwner(dataDir);
  const granted = await fetch(`${first.url}/api/auth/grant`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "anna", password }),
  });
  const { accessToken }: { accessToken: string } = await granted.json();
  const look = async (url: string) => {
    const response = await fetch(`${url}/api/entities`, { headers: { authorization: `Bearer ${accessToken}` } });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await look(first.url), 200);
  assert.equal(await first.stop(), 0);
  const keyFile = `${dataDir}/user/signing.key`;
  assert.equal((await Deno.stat(keyFile)).mode! & 0o777, 0o600);
  const second = await startWithOwner(dataDir);
  assert.equal(await look(second.url), 200, "the same key signs after a restart");
  assert.equal(await second.stop(), 0);
  await Deno.remove(keyFile);
  const third = await startWithOwner(dataDir);
  assert.equal(await look(third.url), 401, "another key is another");
  assert.equal(await third.stop(), 0);
  await Deno.remove(dataDir, { recursive: true });
});
