import assert from "node:assert/strict";
import { PowerFailWatch } from "./power_fail_watch.ts";

Deno.test("PowerFailWatch says once that the file appeared, and once that it was filled", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/later/power-fail`;
  try {
    const watch = new PowerFailWatch(path);
    assert.equal(await watch.look(), false);
    await Deno.mkdir(`${folder}/later`);
    assert.equal(await watch.look(), false);
    await Deno.writeTextFile(path, "");
    assert.deepEqual([await watch.look(), await watch.look()], [true, false]);
    await Deno.writeTextFile(path, "on battery");
    assert.deepEqual([await watch.look(), await watch.look()], [true, false]);
    await Deno.remove(path);
    assert.equal(await watch.look(), false);
    await Deno.writeTextFile(path, "again");
    assert.equal(await watch.look(), true);
    assert.equal(await new PowerFailWatch(path).look(), true, "one that is filled at the start");
    await Deno.writeTextFile(path, "");
    assert.equal(await new PowerFailWatch(path).look(), false, "one that is empty at the start");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
