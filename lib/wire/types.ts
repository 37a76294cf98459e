import type { DatabaseUpdate } from "./database.ts";
import type { CommandSpec, EntityKindName, EntityState, Reading } from "../entities/mod.ts";

/**
 * How far a state can be trusted. `live`: heard from the bus and not old; `restored`: from before a restart, not yet
 * confirmed; `stale`: its sender has gone silent; `unseen`: never heard.
 */
export type Freshness = "live" | "restored" | "stale" | "unseen";

/** Where a reading came from. */
export interface SourceView {
  readonly interface: string;
  /** Two hexadecimal digits. */
  readonly sourceAddress: string;
  /** Row name, e.g. `DC_DIMMER_STATUS_3`. */
  readonly message: string;
  /** Five hexadecimal digits. */
  readonly dgn: string;
}

/** The part of an entity that changes. */
export interface EntityChange {
  readonly id: string;
  /** Signal → reading; a signal that was never heard is absent. */
  readonly state: EntityState;
  /** ISO 8601 time of the last change of `state`; null when unseen. */
  readonly updatedAt: string | null;
  readonly freshness: Freshness;
  /**
   * Since the latest message when this was made, ms; absent: never heard in this run. Not in itself a reason for a
   * change: the screen goes on counting by its own clock, because the clocks of coach and phone may differ by years.
   */
  readonly heardAgeMs?: number;
  /** Of the latest message; null when unseen. */
  readonly source: SourceView | null;
}

/** One entity as the API shows it. */
export interface EntityView extends EntityChange {
  readonly kind: EntityKindName;
  readonly name: string;
  readonly area: string;
  readonly commands: readonly CommandSpec[];
  /** False: nobody has seen this output obey yet, the first use asks for a hold. */
  readonly verified: boolean;
  readonly hidden: boolean;
}

/** One signal on the entity page. */
export interface SignalView {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  /** Absent: never heard. */
  readonly reading?: Reading;
  /** Since the last message that carried it, ms; absent: never heard. */
  readonly ageMs?: number;
  readonly freshness: Freshness;
  readonly source?: SourceView;
}

/** One entity with everything known of it. */
export interface EntityDetail extends EntityView {
  readonly signals: readonly SignalView[];
  /** Which messages feed it, and when each was last heard. */
  readonly bindings: readonly {
    readonly message: string;
    readonly dgn: string;
    readonly instance?: number;
    readonly ageMs?: number;
    readonly freshness: Freshness;
  }[];
  readonly provenance: {
    readonly source: string;
    readonly coach?: string;
    readonly evidence?: string;
    readonly verified: boolean;
  };
}

/** Answer to a command. */
export interface CommandResult {
  readonly commandId: string;
  readonly outcome: "confirmed" | "notConfirmed" | "refused";
  /** For people; empty when confirmed. */
  readonly reasons: readonly string[];
  /** From the request to the settling of the outcome, ms. */
  readonly latencyMs: number;
}

/** One interface on the CAN page. */
export interface CanInterfaceView {
  readonly name: string;
  readonly link: "up" | "down" | "busOff" | "errorPassive" | "missing";
  readonly problem?: string;
  /** Frames per second over the last seconds. */
  readonly rxPerSecond: number;
  readonly rxFrames: number;
  readonly txFrames: number;
  readonly rxDropped: number;
  readonly txDropped: number;
  readonly errorFrames: number;
  readonly malformed: number;
  readonly unknown: number;
  /** Our own source address, two hexadecimal digits; null while none is claimed. */
  readonly sourceAddress: string | null;
  readonly addressState: "idle" | "claiming" | "claimed" | "cannotClaim";
  /** Since the last frame, ms; null: none yet. */
  readonly lastFrameAgeMs: number | null;
}

/** One frame of the trace. */
export interface FrameView {
  /** Grows by one per frame since the start. */
  readonly sequence: number;
  /** ISO 8601. */
  readonly time: string;
  readonly interface: string;
  readonly direction: "rx" | "tx";
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly dgn: string;
  /** Row name; null when unknown. */
  readonly name: string | null;
  readonly sourceAddress: string;
  readonly destination: string | null;
  /** Hexadecimal, two digits a byte. */
  readonly data: string;
}

/** Something heard that nothing decodes or maps, or mapped that is not heard. */
export interface UnknownView {
  /** DGNs that no table describes. */
  readonly dgns: readonly {
    readonly dgn: string;
    readonly interface: string;
    readonly sourceAddress: string;
    readonly count: number;
    readonly lastData: string;
    readonly lastAgeMs: number;
  }[];
  /** Status instances that no entity uses. */
  readonly instances: readonly {
    readonly message: string;
    readonly dgn: string;
    readonly instance: number | null;
    readonly interface: string;
    readonly sourceAddress: string;
    readonly count: number;
    readonly lastAgeMs: number;
    readonly signals: EntityState;
  }[];
  /** Mapped entities that were never heard, or have gone silent. */
  readonly silent: readonly { readonly id: string; readonly name: string; readonly freshness: Freshness }[];
}

/** A node that claimed an address or was heard from. */
export interface NodeView {
  readonly interface: string;
  readonly sourceAddress: string;
  /** Sixteen hexadecimal digits, least significant byte first as on the wire; absent: no claim heard. */
  readonly name?: string;
  readonly manufacturer?: string;
  readonly product?: {
    readonly make: string;
    readonly model: string;
    readonly serialNumber: string;
    readonly unitNumber: string;
  };
  readonly frames: number;
  readonly lastAgeMs: number;
  /** The node repeats one frame without ever changing it, or has gone silent. */
  readonly remark?: string;
}

/** One active or past fault. */
export interface DiagnosticView {
  readonly interface: string;
  readonly sourceAddress: string;
  readonly standard: "rvc" | "j1939";
  readonly spn: number;
  readonly spnName?: string;
  readonly fmi: number;
  readonly fmiName?: string;
  readonly occurrences?: number;
  readonly redLamp: boolean;
  readonly yellowLamp: boolean;
  readonly active: boolean;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** What the CAN topic carries: state of the interfaces, and the newest frames since the message before. */
export interface CanUpdate {
  readonly interfaces: readonly CanInterfaceView[];
  readonly frames: readonly FrameView[];
  /** Frames that passed since the message before and are not in `frames`. */
  readonly omittedFrames: number;
}

/** The running program as the page's banner needs it. */
export interface HealthView {
  readonly status: "ok" | "degraded" | "failed";
  readonly version: string;
  /** Since the start, s. */
  readonly uptimeS: number;
  /** True when the coach is the simulated one: the page says so. */
  readonly simulated: boolean;
  readonly coach: { readonly id: string; readonly name: string };
  /** The gravest first. `priority` 1: the coach cannot be commanded; 2: something important is off; 3: the rest. */
  readonly problems: readonly { readonly priority: 1 | 2 | 3; readonly what: string; readonly todo: string }[];
}

/** Topics of `/ws`. */
export const topics = ["entities", "can", "health", "coach", "database", "notifications"] as const;
export type Topic = (typeof topics)[number];

/** Phone → server. */
export type ClientMessage =
  | { readonly type: "subscribe"; readonly topics: readonly Topic[] }
  | { readonly type: "unsubscribe"; readonly topics: readonly Topic[] }
  | { readonly type: "ping" };

/** What each topic's snapshot and change carry. */
export interface TopicData {
  entities: { snapshot: readonly EntityView[]; change: readonly EntityChange[] };
  can: { snapshot: CanUpdate; change: CanUpdate };
  health: { snapshot: HealthView; change: HealthView };
  coach: { snapshot: CoachView; change: CoachView };
  database: { snapshot: DatabaseUpdate; change: DatabaseUpdate };
  notifications: { snapshot: unknown; change: unknown };
}

/** The active coach. */
export interface CoachView {
  readonly id: string;
  readonly name: string;
  /** Area key → display name, in display order. */
  readonly areas: Readonly<Record<string, string>>;
  /** How its owner wants to see things. Absent: as the pages do by themselves. */
  readonly shown?: ShownView;
}

/** Preferences that every phone shares. */
export interface ShownView {
  /** What the first page is grouped by. */
  readonly groupBy: "area" | "kind";
  /** The brightness of lights is told as a number. */
  readonly showPercentage: boolean;
  /** Of phones that have not chosen; absent: their language decides. */
  readonly temperature?: "C" | "F";
}

/**
 * Server → phone. `seq` grows by one per message of its topic and connection; a phone that sees a gap subscribes again
 * and gets a snapshot.
 */
export type ServerMessage =
  | {
    [T in Topic]:
      | { readonly topic: T; readonly seq: number; readonly type: "snapshot"; readonly data: TopicData[T]["snapshot"] }
      | { readonly topic: T; readonly seq: number; readonly type: "change"; readonly data: TopicData[T]["change"] };
  }[Topic]
  /** First message of a connection. Another `build` than the page's own: the program was updated, load again. */
  | { readonly type: "hello"; readonly build: string }
  | { readonly type: "pong" }
  | { readonly type: "error"; readonly detail: string };

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Each single thing that is wrong, where there are several. */
  readonly errors?: readonly string[];
  /** The job that is in the way; how far it is says `GET /api/database/update/{jobId}/progress`. */
  readonly jobId?: string;
}
