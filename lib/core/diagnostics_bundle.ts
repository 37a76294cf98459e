import { isIPv6 } from "node:net";
import { formatCandump } from "../can/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { dgnOfId } from "../protocol/mod.ts";
import type { LogEntry } from "./log_book.ts";
import type { Redactor } from "./redactor.ts";

/** Parts of the bundle that others make. */
export interface BundleParts {
  readonly health: unknown;
  /** Every key with value and origin; secrets have none. */
  readonly configuration: unknown;
  readonly mapping: unknown;
  readonly alerts: unknown;
  readonly log: readonly LogEntry[];
}

/** Messages that tell where the coach is or which vehicle it is (RV-C 2023-11 6.41, SAE J1939-71 PGN 65260). */
const privateMessages = /^GPS_|^VEHICLE_IDENTIFICATION|_POSITION$|^VEHICLE_POSITION|^VEHICLE_DIRECTION/;
/** Vehicle identification: the number alone decides where a table has another name for it. */
const vinDgn = 0x0feec;
/** Packets of long messages, which may carry the same; they are left out whole. */
const packetDgns = new Set([0x0ec00, 0x0eb00]);

const framesKept = 2000;
const ipv4 = /\b(?!127\.)(?:\d{1,3}\.){3}\d{1,3}\b/g;
/** Whatever may be an IPv6 address; times and hardware addresses have its signs as well. */
const ipv6Like = /(?<![\w:])[0-9a-f:]{3,39}(?![\w:])/gi;
const mail = /\b[\w.+-]+@[\w-]+(\.[\w-]+)+\b/g;
/** SAE J853 / ISO 3779: 17 characters without I, O and Q, digits among them. */
const vin = /\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-HJ-NPR-Z0-9]{17}\b/g;

/**
 * What helps somebody far away to understand: versions, health, configuration, log and frames, as JSON. No secret, no
 * vehicle number, no position, no address of people.
 */
export function diagnosticsBundle(
  hub: Hub,
  parts: BundleParts & { readonly redactor: Redactor; readonly madeAtMs: number },
): string {
  const { redactor, madeAtMs, log, ...rest } = parts;
  const { codec } = hub.protocol;
  const isPrivate = (dgn: number) =>
    dgn === vinDgn || packetDgns.has(dgn) || privateMessages.test(codec.rowOf(dgn)?.name ?? "");
  const frames = hub.trace.newest(framesKept, { accept: ({ id }) => !isPrivate(dgnOfId(id)) })
    .map(({ frame }) => formatCandump(frame).trimEnd());
  const bundle = {
    format: "coachiq-diagnostics",
    version: 1,
    madeAt: new Date(madeAtMs).toISOString(),
    ...rest,
    log: log.map(({ atMs, ...entry }) => ({ at: new Date(atMs).toISOString(), ...entry })),
    frames,
  };
  return withoutPeople(JSON.stringify(redactor.value("", bundle, -10), null, 1));
}

/** Takes addresses of people and vehicle numbers out of a text. */
export function withoutPeople(text: string): string {
  return text.replaceAll(mail, "[mail]").replaceAll(ipv4, "[address]")
    .replaceAll(ipv6Like, (word) => isIPv6(word) && word !== "::1" ? "[address]" : word).replaceAll(vin, "[vin]");
}
