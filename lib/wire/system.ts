import type { LossWindowView } from "./database.ts";
import type { HealthView } from "./types.ts";

/** One core part of the program. */
export interface CoreServiceView {
  readonly name: string;
  readonly state: "waiting" | "starting" | "up" | "failed" | "stopped";
  readonly reason?: string;
  /** Starts after a failure. */
  readonly restarts: number;
}

/** One optional part of the program: `GET /api/features`. */
export interface FeatureView {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly description: string;
  /** A failed `critical` one is P2, the others are P3. */
  readonly safetyClass: "critical" | "operational" | "maintenance";
  readonly dependsOn: readonly string[];
  readonly enabled: boolean;
  /** False: only a restart switches it. */
  readonly switchable: boolean;
  readonly state: "off" | "starting" | "running" | "failed" | "blocked";
  /** Why it does not run, for people. */
  readonly reason?: string;
  readonly restarts: number;
  readonly problems: readonly { readonly what: string; readonly todo: string }[];
}

/** Something that is wrong: `GET /api/safety/alerts`. */
export interface AlertView {
  readonly id: string;
  /** 1: the coach cannot be commanded; 2: something important is off; 3: the rest. */
  readonly priority: 1 | 2 | 3;
  readonly what: string;
  readonly todo: string;
  /** ISO 8601 */
  readonly raisedAt: string;
  /** Null: it is still so. */
  readonly clearedAt: string | null;
}

/** How the program and its machine are: `details` of `GET /health`. What the machine does not tell is absent. */
export interface SystemView {
  readonly version: string;
  readonly runtime: string;
  /** `x86_64` or `aarch64`. */
  readonly architecture: string;
  readonly uptimeS: number;
  readonly core: readonly CoreServiceView[];
  readonly features: readonly FeatureView[];
  readonly database: {
    readonly schema: string | null;
    readonly target: string;
    readonly isPaused: boolean;
    /** What would be lost if the power went now; null: nothing that was written. */
    readonly lossWindow: LossWindowView | null;
  };
  readonly buses: readonly {
    readonly name: string;
    readonly link: string;
    readonly framesPerS: number;
    readonly lastFrameAgeS?: number;
    readonly errorFrames: number;
    readonly dropped: number;
    readonly malformed: number;
    readonly unknown: number;
    /** Two hexadecimal digits; absent: none is claimed. */
    readonly sourceAddress?: string;
  }[];
  readonly entities: {
    readonly live: number;
    readonly stale: number;
    readonly restored: number;
    readonly unseen: number;
  };
  readonly writing: {
    readonly statesP95Ms: number;
    readonly statesWaiting: number;
    readonly historyP95Ms: number;
    /** Bytes written today. */
    readonly todayBytes: number;
  };
  readonly sockets: { readonly clients: number; readonly behind: number };
  readonly machine: {
    readonly memoryBytes: number;
    readonly diskFreeBytes: number;
    readonly diskTotalBytes?: number;
    readonly temperatureC?: number;
    /** Average number of processes that want to run, over a minute. */
    readonly load1?: number;
    readonly clockIsRight: boolean;
  };
}

/** `GET /health`. Without details where the program cannot tell them, as in recovery mode. */
export interface DetailedHealthView extends HealthView {
  readonly details?: SystemView;
}

/** One event of the log: `GET /api/system/log`. */
export interface LogEntryView {
  readonly number: number;
  /** ISO 8601 */
  readonly at: string;
  readonly level: "debug" | "info" | "warning" | "error";
  readonly area: string;
  readonly text: string;
  readonly fields: { readonly [key: string]: unknown };
}

/** Whether the coach is parked, and by what: `GET /api/safety`. */
export interface SafetyView {
  readonly driving: "parked" | "driving" | "unknown";
  /** Sentences for people. */
  readonly evidence: readonly { readonly text: string; readonly ageS?: number }[];
  /** Why nothing may be commanded now; null: it may. */
  readonly safeReason: string | null;
  readonly interlocks: readonly {
    readonly kind: string;
    readonly command: string;
    readonly rule: "always" | "notWhileDriving" | "parkedOnly" | "never";
    readonly reason: string;
  }[];
}
