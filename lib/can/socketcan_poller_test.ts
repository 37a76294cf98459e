import assert from "node:assert/strict";
import { SocketCanPoller } from "./mod.ts";

Deno.test("SocketCanPoller tells every socket when reading breaks, and watches those that come back", async () => {
  const poller = new SocketCanPoller();
  const calls = poller.acquire();
  // Any descriptor can be polled; this one is ready when it is woken.
  const fd = calls.openWaker();
  const broken = Promise.withResolvers<unknown>();
  const dead = new Error("the batch is gone");
  const first = {
    fd,
    drain: () => {
      throw dead;
    },
    failed: (error: unknown) => broken.resolve(error),
  };
  poller.add(first);
  calls.wake(fd);
  assert.equal(await broken.promise, dead);
  await poller.remove(first);
  calls.clearWaker(fd);

  const heard = Promise.withResolvers<void>();
  const second = {
    fd,
    drain: () => {
      calls.clearWaker(fd);
      heard.resolve();
      return 0;
    },
    failed: (error: unknown) => heard.reject(error),
  };
  poller.add(second);
  calls.wake(fd);
  await heard.promise;
  await poller.remove(second);
  calls.close(fd);
  await poller.release();
});
