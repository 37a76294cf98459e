import type { CanFrame } from "../can/mod.ts";
import { dgnOfId } from "../protocol/mod.ts";
import type { BusNode } from "./bus_node.ts";

const requestDgn = 0x0ea00;

/**
 * Bridged buses brought a frame of the network's own business a second time: our node `to` of that interface has to know
 * of a claim or an acknowledgment, too. A request is answered once: where both nodes have one address, the `first` one
 * has done it.
 */
export function passDoubled(frame: CanFrame, nodes: {
  readonly to: BusNode | undefined;
  readonly first: BusNode | undefined;
}): void {
  const address = nodes.to?.status().address.sourceAddress;
  const isOurs = address !== undefined && address === nodes.first?.status().address.sourceAddress;
  if (!isOurs || dgnOfId(frame.id) !== requestDgn) nodes.to?.onNetworkFrame(frame);
}
