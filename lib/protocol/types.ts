/** A number or a text that the bus stated. */
export interface ValueReading {
  /**
   * Physical value (raw × scale + offset, exact to the row's resolution), or text of an ASCII or byte field, or the
   * label itself where the row lists the raw value as special (gear `park`, brightness `value_is_changing`).
   */
  readonly value: number | string | boolean;
  /** Unit of `value`, e.g. `V`, `degC`, `%`; absent when dimensionless. */
  readonly unit?: string;
  /** Name the standard gives to this raw value, e.g. `heat`, `park`. */
  readonly label?: string;
}

/** Why a field carries no value. `outOfRange`: a number outside the row's stated range. */
export type ReadingStatus = "notAvailable" | "error" | "reserved" | "outOfRange";

/** A field that is there and says that it has no value. Never a number. */
export interface StatusReading {
  readonly status: ReadingStatus;
}

/** What one field of a message says. "Never heard" is the absence of a reading. Frozen: readings are shared. */
export type Reading = ValueReading | StatusReading;

/** Names one raw value of a field. */
export type RawLabels = Readonly<Record<string, string>>;

/** One field of a message, as the standard's table gives it. Decode, encode, checks and docs all read this row. */
export interface SignalRow {
  /** snake_case, unique within its message. */
  readonly name: string;
  /** 0-based first byte. */
  readonly startByte: number;
  /** [0, 7], 0 is the least significant bit of `startByte`. */
  readonly startBit: number;
  /** Width in bits, little-endian across bytes; 0 for a text that fills the rest of the message. */
  readonly bitLength: number;
  /** `bitmap` and `uint` are numbers, `bytes` is hex text, `ascii` is ISO 8859-1 text. */
  readonly type: "uint" | "bitmap" | "bytes" | "ascii";
  /**
   * Where the most significant bits are, for a number that lies in two places; they are counted in `bitLength`, and
   * the rest lies at `startByte`, `startBit`. Only the SPN of a J1939 trouble code needs it.
   */
  readonly highBits?: { readonly startByte: number; readonly startBit: number; readonly bitLength: number };
  readonly unit?: string;
  /** Physical = raw × scale + offset. Default 1. */
  readonly scale?: number;
  /** Default 0. */
  readonly offset?: number;
  /** Complete or partial enumeration, raw (decimal text) → label. */
  readonly labels?: RawLabels;
  /**
   * Raw values with a meaning of their own inside a scaled field; they win over scaling and sentinels, and their
   * reading carries the label as its value, so that no consumer takes them for a number.
   */
  readonly special?: RawLabels;
  /**
   * `standard`: all ones not available, all ones − 1 error, − 2 reserved (8 bits and wider), 2 and 4 bits as the rules
   * say; `none`: every raw value is data; `j1939`: the ranges of SAE J1939-71.
   */
  readonly sentinels: "standard" | "none" | "j1939";
  /** Physical range [low, high], inclusive; outside of it the reading is `outOfRange`. Absent: not enforced. */
  readonly range?: readonly [number, number];
  /** For a bitmap: bit number (decimal text) → name. */
  readonly bits?: RawLabels;
  /** For delimited text: the names of its parts. */
  readonly fields?: readonly string[];
  readonly delimiter?: string;
  /** SPN of the field, where the standard has one. */
  readonly spn?: number;
  /** `false`: no second public source confirms this row. */
  readonly confirmed?: boolean;
  readonly deprecated?: boolean;
  readonly note?: string;
}

/** How often a message comes, ms; what is absent the standard does not state. */
export interface BroadcastGap {
  /** `on_change`, `on_request`, `as_needed`, `periodically`, … */
  readonly when?: readonly string[];
  readonly normalMs?: number;
  readonly activeMs?: number;
  readonly idleMs?: number;
  readonly maxMs?: number;
  readonly minMs?: number;
  readonly safetyMs?: number;
  readonly note?: string;
}

/** Fields that depend on the raw value of a selector field. */
export interface Multiplex {
  readonly selector: string;
  /** Raw selector value (decimal text) → the fields it brings. */
  readonly variants: Readonly<Record<string, readonly SignalRow[]>>;
}

/** One message of a standard: a DGN (RV-C) or PGN (J1939), with its fields. */
export interface MessageRow {
  /** Number of the DGN or PGN; destination byte zero for PDU1. [0, 0x1FFFF] */
  readonly dgn: number;
  /** Upper snake case for RV-C (`DC_DIMMER_STATUS_3`), the acronym for J1939 (`EEC1`). */
  readonly name: string;
  readonly standard: "rvc" | "j1939";
  /** Other names in use for the same message. */
  readonly aliases?: readonly string[];
  /** Section of the standard's text, or where else the row comes from. */
  readonly origin: string;
  /** Default priority on transmit, [0, 7]. */
  readonly priority: number;
  /**
   * Low byte of the 17-bit number: `group` it is part of the DGN (PDU2), `destination` a destination address (PDU1),
   * `deviceType` a device type (DSA) of the driver blocks.
   */
  readonly lowByte: "group" | "destination" | "deviceType";
  /** Name of the field that carries the instance; absent when the message has none. */
  readonly instanceField?: string;
  readonly signals: readonly SignalRow[];
  readonly multiplex?: Multiplex;
  readonly gap?: BroadcastGap;
  /** Names of the acceptable replies to a command: `ACK`, `NAK`, status messages. */
  readonly replies?: readonly string[];
  /**
   * Bits that no field of ours sets are sent as ones; here are the exceptions proven on the wire, byte (decimal text)
   * → value, e.g. byte 5 of DC_DIMMER_COMMAND_2 is 0.
   */
  readonly transmitFill?: Readonly<Record<string, number>>;
  /** PDU1: destination when none is named. Default 255 (everybody); RV-C claims addresses with 0 (3.3.2). */
  readonly defaultDestination?: number;
  /** PDU1: the destination 255 (everybody) is forbidden. */
  readonly addressedOnly?: boolean;
  /** Comes as a multi-packet message. */
  readonly multiPacket?: boolean;
  readonly deprecated?: boolean;
  readonly notes?: readonly string[];
}

/** Where a frame came from, read out of its identifier. */
export interface FrameAddress {
  /** [0, 0x1FFFF], low byte zero for PDU1 and for the driver blocks. */
  readonly dgn: number;
  /** [0, 7] */
  readonly priority: number;
  /** [0, 255] */
  readonly sourceAddress: number;
  /** PDU1: destination address [0, 255] (255 = everybody). PDU2: absent. */
  readonly destination?: number;
  /** Driver blocks: device type (DSA) of the low byte. */
  readonly deviceType?: number;
}

/** A decoded message. `readings[i]` belongs to `signals[i]`. */
export interface Message extends FrameAddress {
  readonly kind: "message";
  readonly row: MessageRow;
  /** The row's fields, and those the multiplexer selected. */
  readonly signals: readonly SignalRow[];
  readonly readings: readonly Reading[];
}

/** A frame whose DGN no row describes. */
export interface UnknownMessage extends FrameAddress {
  readonly kind: "unknown";
}

/** A frame that cannot be what it claims; never thrown, always counted. */
export interface MalformedMessage {
  readonly kind: "malformed";
  /** A sentence: what is true, what was wanted. */
  readonly reason: string;
  /** Present when the identifier itself was readable. */
  readonly dgn?: number;
}

export type Decoded = Message | UnknownMessage | MalformedMessage;

/**
 * Values for `encode()`: a number or boolean is physical, a text is a label or (for text fields) the text, a status
 * is sent as its sentinel.
 */
export type SignalValues = Readonly<Record<string, number | string | boolean | StatusReading>>;

/** A message to be sent, before it has an identifier. */
export interface OutgoingMessage {
  /** Name of the row, e.g. `DC_DIMMER_COMMAND_2`. */
  readonly message: string;
  /** Fields not named here are sent as all ones ("leave unchanged"), but for the exceptions the row states. */
  readonly values: SignalValues;
  /** Destination address for PDU1 messages; default that of the row, else 255 (everybody). */
  readonly destination?: number;
  /** Device type (DSA) for messages of the driver blocks, which need one. [0, 255] */
  readonly deviceType?: number;
}
