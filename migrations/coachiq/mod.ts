/**
 * Migrations of `user/coachiq.db`, in the order in which they run.
 *
 * Lives here: one file per step, with its description for people, what it does and how to see that it did. A step is
 * never edited once released.
 * Does not live here: running them (`lib/store`, `lib/update`).
 * May import: `kysely` only.
 *
 * @module
 */
import * as m0001 from "./0001_settings.ts";
import * as m0002 from "./0002_entity_states.ts";
import * as m0003 from "./0003_coach_mappings.ts";
import * as m0004 from "./0004_backups.ts";
import * as m0005 from "./0005_mapping_batches.ts";
import * as m0006 from "./0006_mapping_undo.ts";
import * as m0007 from "./0007_audit_and_alerts.ts";
import * as m0008 from "./0008_accounts.ts";

export const coachiqMigrations = [
  { name: "0001_settings", ...m0001 },
  { name: "0002_entity_states", ...m0002 },
  { name: "0003_coach_mappings", ...m0003 },
  { name: "0004_backups", ...m0004 },
  { name: "0005_mapping_batches", ...m0005 },
  { name: "0006_mapping_undo", ...m0006 },
  { name: "0007_audit_and_alerts", ...m0007 },
  { name: "0008_accounts", ...m0008 },
] as const;
