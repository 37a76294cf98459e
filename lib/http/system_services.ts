import type { AuditNote } from "../core/mod.ts";
import type { AlertView, AuditView, FeatureView, LogEntryView, SafetyView, SystemView } from "../wire/mod.ts";
import type { Principal } from "./principal.ts";

/** Which events of the log are wanted. */
export interface LogQuery {
  /** [1, 2000], the newest. */
  readonly limit: number;
  /** Only those with a greater number. */
  readonly after?: number;
  /** This level and graver ones. */
  readonly level?: LogEntryView["level"];
  readonly area?: string;
  readonly search?: string;
}

/**
 * The program itself: how it is, what it did, what may be switched; implemented by wiring. What is refused throws
 * `RequestError`: 404 unknown feature, 409 one that only a restart switches, 422 wrong values.
 */
export interface SystemServices {
  details(): Promise<SystemView>;
  /** Prometheus' text format. */
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
  features(): readonly FeatureView[];
  /** Switches a feature on or off, as an override that stays. */
  setFeature(name: string, enabled: boolean, principal: Principal): Promise<FeatureView>;
  safety(): SafetyView;
  /** Stops everything that moves, and switches lights and switched outputs off where that is wanted. */
  stopEverything(
    what: "motion" | "lights",
    principal: Principal,
  ): Promise<{ readonly done: number; readonly failed: readonly string[] }>;
  alerts(options: { readonly withCleared: boolean }): readonly AlertView[];
  audit(
    query: { readonly limit: number; readonly before?: number; readonly action?: AuditView["action"] },
  ): readonly AuditView[];
  /** Keeps in the record what somebody did or wanted to do. */
  note(note: AuditNote): void;
  log(query: LogQuery): readonly LogEntryView[];
  /** Changes what is logged from now on, until the next start. */
  setLogLevels(levels: {
    readonly level: LogEntryView["level"];
    readonly areas?: Readonly<Record<string, LogEntryView["level"]>>;
  }): void;
  logLevels(): {
    readonly level: LogEntryView["level"];
    readonly areas: Readonly<Record<string, LogEntryView["level"]>>;
  };
  /** Versions, health, configuration with origins, last log and frames, without secrets, VIN, positions or addresses. */
  diagnostics(): Promise<Uint8Array>;
}
