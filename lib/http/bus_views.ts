import type { CanFrame } from "../can/mod.ts";
import { type Hub, type ObservedFault, repeatsStub, type TracedFrame } from "../hub/mod.ts";
import { dgnOfId, formatAddress, formatDgn, hexOf, parseCanId, type Protocol } from "../protocol/mod.ts";
import type { CanInterfaceView, DiagnosticView, FrameView, NodeView, UnknownView } from "../wire/mod.ts";

/** One frame of the trace, explained. */
export function frameView({ sequence, frame }: TracedFrame, protocol: Protocol): FrameView {
  const address = frame.extended ? parseCanId(frame.id) : undefined;
  return {
    sequence,
    time: new Date(frame.timestampMs).toISOString(),
    interface: frame.interfaceName,
    direction: frame.direction,
    id: frame.id.toString(16).toUpperCase().padStart(frame.extended ? 8 : 3, "0"),
    dgn: address ? formatDgn(address.dgn) : "",
    name: address ? protocol.codec.rowOf(address.dgn)?.name ?? null : null,
    sourceAddress: formatAddress(frame.id & 0xff),
    destination: address?.destination === undefined ? null : formatAddress(address.destination),
    data: hexOf(frame.data),
  };
}

/** Accepts the frames that a person asked for; hexadecimal texts as the page has them. */
export function frameFilter(filter: {
  readonly interface?: string;
  readonly dgn?: string;
  readonly sourceAddress?: string;
}): (frame: CanFrame) => boolean {
  const dgn = filter.dgn === undefined ? undefined : parseInt(filter.dgn, 16);
  const source = filter.sourceAddress === undefined ? undefined : parseInt(filter.sourceAddress, 16);
  return (frame) =>
    (filter.interface === undefined || frame.interfaceName === filter.interface) &&
    (dgn === undefined || dgnOfId(frame.id) === dgn) &&
    (source === undefined || (frame.id & 0xff) === source);
}

/** State, rates and counters of every interface. `rates`: received frames per second by interface. */
export function interfaceViews(hub: Hub, options: {
  readonly nowMs: number;
  readonly rates: ReadonlyMap<string, number>;
}): CanInterfaceView[] {
  return hub.buses().map(({ port, address, untaken, counts }) => ({
    name: port.interfaceName,
    link: port.link,
    ...problemOf(untaken ?? port.problem),
    rxPerSecond: Math.round(options.rates.get(port.interfaceName) ?? 0),
    rxFrames: port.rxFrames,
    txFrames: port.txFrames,
    rxDropped: port.rxDropped,
    txDropped: port.txDropped,
    errorFrames: port.errorFrames,
    malformed: counts.malformed,
    unknown: counts.unknown,
    sourceAddress: address.sourceAddress === undefined ? null : formatAddress(address.sourceAddress),
    addressState: address.state,
    lastFrameAgeMs: counts.lastMs === undefined ? null : Math.round(options.nowMs - counts.lastMs),
  }));
}

function problemOf(problem: string | undefined): Pick<CanInterfaceView, "problem"> {
  return problem === undefined ? {} : { problem };
}

/** What is heard and not understood, and what is mapped and not heard. */
export function unknownView(hub: Hub, nowMs: number): UnknownView {
  const { observations } = hub;
  return {
    dgns: observations.unknown().map((entry) => ({
      dgn: formatDgn(entry.dgn),
      interface: entry.interfaceName,
      sourceAddress: formatAddress(entry.sourceAddress),
      count: entry.count,
      lastData: hexOf(entry.lastData),
      lastAgeMs: Math.round(nowMs - entry.lastMs),
    })),
    instances: observations.unmapped().map((entry) => ({
      message: entry.last.row.name,
      dgn: formatDgn(entry.last.dgn),
      instance: entry.instance ?? null,
      interface: entry.interfaceName,
      sourceAddress: formatAddress(entry.sourceAddress),
      count: entry.count,
      lastAgeMs: Math.round(nowMs - entry.lastMs),
      signals: Object.fromEntries(entry.last.signals.map((signal, i) => [signal.name, entry.last.readings[i]!])),
    })),
    silent: hub.entities()
      .filter((record) => record.freshness === "unseen" || record.freshness === "stale")
      .map(({ definition: { id, name }, freshness }) => ({ id, name, freshness })),
  };
}

/** RV-C wants something from every node each 5 s (2023-11, 3.2.4); three misses are silence. */
const silentAfterMs = 15_000;

/** Who is on the bus. */
export function nodeViews(hub: Hub, options: { readonly nowMs: number; readonly protocol: Protocol }): NodeView[] {
  const { nowMs, protocol } = options;
  return hub.observations.nodes().map((node) => {
    const manufacturer = node.name && protocol.tables.rvc.manufacturers[String(node.name.manufacturerCode)];
    const remark = nowMs - node.lastMs > silentAfterMs
      ? "has gone silent"
      : repeatsStub(node, nowMs)
      ? "repeats the same frames without ever changing them"
      : undefined;
    return {
      interface: node.interfaceName,
      sourceAddress: formatAddress(node.sourceAddress),
      ...(node.nameData ? { name: hexOf(node.nameData) } : {}),
      ...(manufacturer ? { manufacturer } : {}),
      ...(node.product ? { product: node.product } : {}),
      frames: node.frames,
      lastAgeMs: Math.round(nowMs - node.lastMs),
      ...(remark ? { remark } : {}),
    };
  });
}

/** Active and past faults of the coach. */
export function diagnosticViews(faults: readonly ObservedFault[]): DiagnosticView[] {
  return faults.map((fault) => ({
    interface: fault.interfaceName,
    sourceAddress: formatAddress(fault.sourceAddress),
    standard: fault.standard,
    spn: fault.spn,
    ...(fault.spnName === undefined ? {} : { spnName: fault.spnName }),
    fmi: fault.fmi,
    ...(fault.fmiName === undefined ? {} : { fmiName: fault.fmiName }),
    ...(fault.occurrences === undefined ? {} : { occurrences: fault.occurrences }),
    redLamp: fault.redLamp,
    yellowLamp: fault.yellowLamp,
    active: fault.active,
    firstSeen: new Date(fault.firstWallMs).toISOString(),
    lastSeen: new Date(fault.lastWallMs).toISOString(),
  }));
}
