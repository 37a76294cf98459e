import assert from "node:assert/strict";
import { logInterfaces, logText } from "./mod.ts";

Deno.test("logInterfaces() names each interface of a log once, in the order of their first frames", async () => {
  const log = ["(1.0) can1 19FEDA8E#01", "garbage", "(1.1) can0 19FEDA8E#01", "(1.2) can1 19FEDA8E#02"].join("\n");
  assert.deepEqual(await logInterfaces(logText(log)), ["can1", "can0"]);
  assert.deepEqual(await logInterfaces(logText("")), []);
});
