import assert from "node:assert/strict";
import { type Clock, systemClock } from "../base/mod.ts";
import { Configuration } from "./configuration.ts";

/** Time in which a timer cannot be set once the file was seen to change. */
function brokenClock(): { readonly clock: Clock; mend(): void; break(): void } {
  let isBroken = false;
  return {
    break: () => isBroken = true,
    mend: () => isBroken = false,
    clock: {
      ...systemClock,
      after(delayMs, callback) {
        if (isBroken) throw new Error("no timer is left");
        return systemClock.after(delayMs, callback);
      },
    },
  };
}

Deno.test("Configuration.subscribeFailure() tells that the watch broke, and another watch takes changes over again", async () => {
  const dataDir = await Deno.makeTempDir();
  const broken = brokenClock();
  const configuration = new Configuration({
    environment: { COACHIQ_PERSISTENCE__DATA_DIR: dataDir },
    defaultDataDir: () => dataDir,
    clock: broken.clock,
    watching: { settleMs: 1, pollMs: 5 },
  });
  const overrides = `${dataDir}/user/config-overrides.toml`;
  try {
    await configuration.load();
    const failure = Promise.withResolvers<unknown>();
    const end = configuration.subscribeFailure(failure.resolve);
    await configuration.watch();
    broken.break();
    await Deno.writeTextFile(overrides, "[safety]\narming_seconds = 60\n");
    assert.match(String(await failure.promise), /no timer is left/);
    broken.mend();
    end();
    await configuration.stop();

    const changed = Promise.withResolvers<void>();
    configuration.subscribe(() => changed.resolve());
    await configuration.watch();
    await changed.promise;
    assert.equal(configuration.effective.safety.arming_seconds, 60, "what was written meanwhile");
  } finally {
    await configuration.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});
