/** Writes `docs/storage-profiles.md` from the table of storage profiles. A test fails while the file is not that. */
import { storageProfileReference } from "../lib/config/storage_profile_reference.ts";

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("../docs/storage-profiles.md", import.meta.url), storageProfileReference());
}
