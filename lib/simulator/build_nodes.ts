import type { CanPort } from "../can/mod.ts";
import { kindOf } from "../entities/mod.ts";
import { encodeName, type MessageRow, type Protocol } from "../protocol/mod.ts";
import type { StatusSource, World } from "./coach_system.ts";
import { type NodeRole, roleOf } from "./node_roles.ts";
import { SimNode } from "./sim_node.ts";
import { plainSource, StatusStream } from "./status_stream.ts";

export interface NodePlan {
  readonly world: World;
  readonly protocol: Protocol;
  /** House bus, and a bus of the chassis where there is one. */
  readonly ports: readonly CanPort[];
  /** By name of the status message. */
  readonly sources: ReadonlyMap<string, StatusSource>;
}

/** Dynamic addresses that a role may take when its type has no range of its own. */
const anyRange = { low: 144, high: 159 };

/** The nodes of a coach, with every status that its definitions listen to. */
export function buildNodes(plan: NodePlan): readonly SimNode[] {
  const nodes = new Map<string, SimNode>();
  const used = new Set<number>();
  for (const { row, key, sourceAddress } of wantedStatuses(plan)) {
    const [name, role] = roleOf(row.name, row.standard);
    const own = sourceAddress === undefined ? name : `${name}@${sourceAddress}`;
    const fixed = sourceAddress === undefined ? role : { ...role, type: String(sourceAddress) };
    const node = nodes.get(own) ?? makeNode(own, fixed, { plan, used });
    nodes.set(own, node);
    const source = plan.sources.get(row.name) ?? plainSource(row);
    const stream = new StatusStream(row, { key, source });
    stream.values();
    node.streams.push(stream);
  }
  return [...nodes.values()];
}

interface WantedStatus {
  readonly row: MessageRow;
  readonly key: { readonly instance?: number; readonly where?: Readonly<Record<string, number>> };
  readonly sourceAddress: number | undefined;
}

/** One for each message, instance and sender that a definition listens to. */
function wantedStatuses({ world, protocol }: NodePlan): readonly WantedStatus[] {
  const wanted = new Map<string, WantedStatus>();
  const loose: WantedStatus[] = [];
  for (const definition of world.definitions) {
    for (const { message, instance, where, sourceAddress } of kindOf(definition).bindings(definition)) {
      const row = protocol.codec.rowNamed(message);
      if (!row) continue;
      const key = { ...(instance === undefined ? {} : { instance }), ...(where === undefined ? {} : { where }) };
      const status = { row, key, sourceAddress };
      if (instance === undefined && row.instanceField !== undefined) loose.push(status);
      else wanted.set(`${row.name} ${instance} ${JSON.stringify(where)} ${sourceAddress}`, status);
    }
  }
  // Who listens to any instance is served by one that is there, or by a first one.
  for (const status of loose) {
    const same = [...wanted.values()].some((one) =>
      one.row === status.row && (status.sourceAddress === undefined || one.sourceAddress === status.sourceAddress)
    );
    if (!same) wanted.set(`${status.row.name} ${status.sourceAddress}`, status);
  }
  return [...wanted.values()];
}

function makeNode(
  name: string,
  role: NodeRole,
  context: { readonly plan: NodePlan; readonly used: Set<number> },
): SimNode {
  const { plan: { protocol, ports }, used } = context;
  const fixed = /^\d+$/.test(role.type) ? Number(role.type) : undefined;
  const type = protocol.tables.rvc.deviceTypes.find((one) => one.type === role.type);
  const low = fixed ?? type?.dynamicLow ?? anyRange.low;
  const high = fixed ?? type?.dynamicHigh ?? anyRange.high;
  let preferred = high;
  while (preferred > low && used.has(preferred)) preferred--;
  used.add(preferred);
  const serial = 1000 + used.size;
  const port = role.chassis ? ports.at(-1) : ports[0];
  if (!port) throw new Error(`Cannot simulate node "${name}": there is no port to put it on`);
  return new SimNode({
    name,
    model: role.model,
    serialNumber: String(serial),
    port,
    codec: protocol.codec,
    claim: { low, high, preferred, name: nameOf(serial, fixed === undefined) },
  });
}

function nameOf(serialNumber: number, arbitraryAddressCapable: boolean): Uint8Array {
  return encodeName({
    serialNumber,
    manufacturerCode: 0x7fe,
    nodeInstance: 0,
    functionInstance: 0,
    function: 0xff,
    vehicleSystem: 0x7f,
    vehicleSystemInstance: 0,
    industryGroup: 0,
    arbitraryAddressCapable,
  });
}
