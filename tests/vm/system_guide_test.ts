import assert from "node:assert/strict";
import { guideLines } from "./system_guide.ts";

Deno.test("guideLines() gives what the guide types in a section, for another machine and another model", async () => {
  const words = { arch: "x86_64", model: "simulated_coach" } as const;
  const install = await guideLines("Install: the file", words);
  assert.ok(install.includes("sudo ./coachiq-linux-x86_64 install"), install.join("\n"));
  assert.ok(install.includes("sudo ./coachiq-linux-x86_64 install --profile sdcard"), install.join("\n"));
  const choose = await guideLines("Choose the coach", words);
  assert.ok(choose.some((line) => line.endsWith("coach import --model simulated_coach --yes")), choose.join("\n"));
});

Deno.test("guideLines() throws for a section that the guide does not have", async () => {
  await assert.rejects(guideLines("Fly", { arch: "aarch64", model: "generic_rv" }), /no lines to type in "Fly"/);
});
