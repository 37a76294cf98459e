import assert from "node:assert/strict";
import { parseBuildInfo, version } from "./version.ts";

Deno.test("version is semantic", () => assert.match(version, /^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/));

Deno.test("parseBuildInfo() reads what the build wrote, and calls everything else a checkout", () => {
  assert.deepEqual(parseBuildInfo(undefined), { form: "source" });
  assert.deepEqual(parseBuildInfo("not json"), { form: "source" });
  assert.deepEqual(parseBuildInfo("null"), { form: "source" });
  assert.deepEqual(parseBuildInfo('{"form":"magic"}'), { form: "source" });
  assert.deepEqual(parseBuildInfo('{"form":"self-unpacking","target":"x86_64","hash":"ab"}'), {
    form: "self-unpacking",
    target: "x86_64",
    hash: "ab",
  });
});
