/**
 * A coach that answers on any CAN port: nodes that claim addresses, broadcast at the standard's gaps, obey commands
 * with realistic ramps, and fail on demand.
 *
 * Lives here: how dimmers ramp, tanks drain, rooms warm up and batteries charge; faults; extra traffic for benches.
 * Does not live here: what the program makes of it (`lib/hub`), byte layouts (`lib/protocol`).
 * May import: `lib/can`, `lib/protocol`, `lib/entities`, `lib/base`.
 *
 * @module
 */
export type { RefusedCommand, SimulatorFaults } from "./faults.ts";
export { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
