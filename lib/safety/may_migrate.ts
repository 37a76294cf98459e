import type { CoachState } from "./coach_state.ts";

/** What speaks for or against changing the database now. */
export interface MigrationQuestion {
  readonly coach: CoachState;
  /** The owner's word that the coach is parked; counts only where the chassis says neither. */
  readonly ownerSaysParked: boolean;
  /** Commands that wait for the coach's answer, held motors included. */
  readonly commandsInFlight: number;
  /** Since anybody but the one who asks used a control, ms; undefined: nobody has. */
  readonly lastControlAgeMs: number | undefined;
  /** How long nobody else may have used a control, ms. Default {@link quietBeforeMigrationMs}. */
  readonly quietMs?: number;
}

/** Nobody else may have used a control for this long, ms. */
export const quietBeforeMigrationMs = 30_000;

/** Reasons against it, in sentences that say what to do; none: it is safe. */
export function reasonsAgainstMigration(question: MigrationQuestion): readonly string[] {
  const { coach, ownerSaysParked, commandsInFlight, lastControlAgeMs } = question;
  const quietMs = question.quietMs ?? quietBeforeMigrationMs;
  const reasons: string[] = [];
  if (coach.driving === "driving") reasons.push(`Park the coach first. ${coach.evidence.join(" ")}`);
  if (coach.driving === "unknown" && !ownerSaysParked) {
    reasons.push(`Confirm that the coach is parked. ${coach.evidence.join(" ")}`);
  }
  if (commandsInFlight > 0) reasons.push("A command is still waiting for the coach's answer. Try again in a moment.");
  if (lastControlAgeMs !== undefined && lastControlAgeMs < quietMs) {
    const waitS = Math.ceil((quietMs - lastControlAgeMs) / 1000);
    reasons.push(`Somebody else used a control just now. Try again in ${waitS} s.`);
  }
  return reasons;
}
