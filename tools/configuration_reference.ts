/** Writes `docs/configuration.md` from the schema. A test fails while the file is not what this writes. */
import { configReference } from "../lib/config/config_reference.ts";

if (import.meta.main) Deno.writeTextFileSync(new URL("../docs/configuration.md", import.meta.url), configReference());
