/** One classic CAN data frame as it was on the wire, in either direction. */
export interface CanFrame {
  /** Name of the interface it was seen on, e.g. `can0`. */
  readonly interfaceName: string;
  /** Identifier without flag bits: [0, 0x1FFFFFFF] when extended, else [0, 0x7FF]. Always unsigned. */
  readonly id: number;
  /** 29-bit identifier. RV-C and J1939 use nothing else. */
  readonly extended: boolean;
  /** 0 to 8 data bytes. Never modified after the frame was handed out. */
  readonly data: Uint8Array;
  /** Wall-clock time of the frame, milliseconds since 1970 (fractional); the kernel's where it gives one. */
  readonly timestampMs: number;
  /** `tx` for frames this program sent itself, seen when the bus took them. */
  readonly direction: "rx" | "tx";
}

/** A frame to be sent. */
export interface OutgoingFrame {
  /** [0, 0x1FFFFFFF]; always sent as an extended identifier. */
  readonly id: number;
  /** 0 to 8 bytes. */
  readonly data: Uint8Array;
}

/**
 * What an interface is doing. `missing`: no such interface (unplugged, or not there yet); `down`: it exists but is
 * not up; `busOff`: the controller took itself off the bus; `errorPassive`: it still works, with too many errors.
 */
export type CanLink = "up" | "down" | "busOff" | "errorPassive" | "missing";

/** State and counters of one interface since the port was started. */
export interface CanPortStatus {
  readonly interfaceName: string;
  readonly link: CanLink;
  /** Monotonic time at which `link` took its present value, ms. */
  readonly sinceMs: number;
  readonly rxFrames: number;
  readonly txFrames: number;
  /** Frames the kernel dropped because we read too slowly (SO_RXQ_OVFL). */
  readonly rxDropped: number;
  /** Frames refused because the send queue was full, or lost because the interface went away. */
  readonly txDropped: number;
  /** Error frames seen (controller, protocol, transceiver, bus errors). */
  readonly errorFrames: number;
  /** Standard, remote and CAN FD frames, which RV-C and J1939 do not use: counted, not handed out. */
  readonly ignoredFrames?: number;
  /** Frames waiting in the send queue. */
  readonly queued: number;
  /** What is wrong, in a sentence for people; absent when the link is up. */
  readonly problem?: string;
}

/** What a port tells its owner. Callbacks must not throw and must return quickly. */
export interface CanPortListener {
  /** Frames in order of arrival, own frames included (`direction: "tx"`). The array is not reused. */
  onFrames(frames: readonly CanFrame[]): void;
  /** The link changed, or the port has started. */
  onLink(status: CanPortStatus): void;
  /**
   * The port itself broke, which no state of the interface explains: it delivers nothing any more until it is stopped
   * and started again. Absent: the error comes out as a rejection that nobody handles.
   */
  onFailure?(error: unknown): void;
}

/**
 * `queued`: taken, will be sent in order. `full`: the send queue is full, nothing was taken. `down`: the interface
 * cannot send now, nothing was taken.
 */
export type SendResult = "queued" | "full" | "down";

/** One CAN interface. One shared suite (`tests/suites/can_port_suite.ts`) holds every implementation to this. */
export interface CanPort {
  readonly interfaceName: string;
  /**
   * Opens the interface and begins to deliver. An interface that is down or comes later is a state, not an error.
   *
   * @throws when the interface can never work here: no CAN in the kernel, no permission, a name no interface can have.
   */
  start(listener: CanPortListener): Promise<void>;
  /**
   * Never blocks and never throws; a stopped port answers `down`. A frame that no bus can carry (more than 8 bytes, an
   * identifier out of range) is answered `down` too, and counted in `txDropped`.
   */
  send(frame: OutgoingFrame): SendResult;
  /**
   * Drops, and counts in `txDropped`, what waits in the program for the interface to take it; what the interface has
   * taken is out of reach. Absent: nothing ever waits there.
   */
  discard?(): void;
  status(): CanPortStatus;
  /** Stops delivering, drops what is queued, releases the interface. Calling it twice does nothing. */
  stop(): Promise<void>;
}
