import { z } from "zod";
import { canSection, coachSection, protocolSection, systemSection } from "./schema_coach.ts";
import { authSection, featuresSection } from "./schema_features.ts";
import { loggingSection, preferencesSection, safetySection } from "./schema_program.ts";
import { serverSection } from "./schema_server.ts";
import { backupsSection, databaseSection, historySection, persistenceSection } from "./schema_storage.ts";

/** Every key of the configuration. Documentation, forms, checks and types are made from it. */
export const configSchema = z.strictObject({
  server: serverSection,
  can: canSection,
  coach: coachSection,
  persistence: persistenceSection,
  database: databaseSection,
  history: historySection,
  backups: backupsSection,
  logging: loggingSection,
  safety: safetySection,
  features: featuresSection,
  auth: authSection,
  preferences: preferencesSection,
  protocol: protocolSection,
  system: systemSection,
});

/** The configuration in force. What nobody set and has no default is absent. */
export type EffectiveConfig = z.output<typeof configSchema>;
