import assert from "node:assert/strict";
import { readSystemFile } from "./system_file.ts";

Deno.test("readSystemFile() leaves it to the storage to tell of a data folder that is a file", async () => {
  const path = await Deno.makeTempFile();
  try {
    const within = `${path}/config/system.toml`;
    assert.deepEqual(await readSystemFile(within, { mustExist: false }), { leaves: [], found: false });
    await assert.rejects(
      readSystemFile(within, { mustExist: true }),
      /system\.toml": cannot be read \(.*not a directory/i,
    );
  } finally {
    await Deno.remove(path);
  }
});
