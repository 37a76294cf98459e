import assert from "node:assert/strict";
import { silentLogger } from "../base/mod.ts";
import { keptSecret } from "./kept_secret.ts";

Deno.test("keptSecret() makes a secret once, which its user alone may read, and keeps it", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/signing.key`;
  const made = await keptSecret(path, { logger: silentLogger });
  assert.match(made, /^[0-9a-f]{64}$/);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  await Deno.chmod(path, 0o644);
  assert.equal(await keptSecret(path, { logger: silentLogger }), made);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600, "what became readable is closed again");
  assert.notEqual(await keptSecret(`${folder}/other.key`, { logger: silentLogger }), made);
  for (const damaged of ["", "short", made.slice(0, 40), `${made}${made}`]) {
    await Deno.writeTextFile(path, damaged);
    const again = await keptSecret(path, { logger: silentLogger });
    assert.match(again, /^[0-9a-f]{64}$/);
    assert.notEqual(again, made);
    assert.equal(await keptSecret(path, { logger: silentLogger }), again);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("keptSecret() warns once where nothing can be kept, without the secret", async () => {
  const told: string[] = [];
  const logger = { ...silentLogger, warn: (...all: unknown[]) => void told.push(JSON.stringify(all)) };
  const made = await keptSecret("/proc/coachiq/signing.key", { logger });
  assert.match(made, /^[0-9a-f]{64}$/);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /cannot be kept and holds until the next start/);
  assert.ok(!told[0]?.includes(made));
});
