/**
 * Migrations of `user/history.db`, in the order in which they run.
 *
 * Lives here: one file per step, with its description for people, what it does and how to see that it did. A step is
 * never edited once released.
 * Does not live here: running them (`lib/store`, `lib/update`).
 * May import: `kysely` only.
 *
 * @module
 */
import * as m0001 from "./0001_history.ts";
import * as m0002 from "./0002_untrusted_time.ts";
import * as m0003 from "./0003_write_budget.ts";
import * as m0004 from "./0004_file_sizes.ts";

export const historyMigrations = [
  { name: "0001_history", ...m0001 },
  { name: "0002_untrusted_time", ...m0002 },
  { name: "0003_write_budget", ...m0003 },
  { name: "0004_file_sizes", ...m0004 },
] as const;
