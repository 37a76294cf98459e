/**
 * The parts of `main.ts`: each makes things and hands them to each other, nothing more.
 *
 * Lives here: which port, storage, hub, site belong together, in which order they start and stop.
 * Does not live here: arguments and environment (`main.ts` hands them in), any rule of the house.
 * May import: everything that `main.ts` may.
 *
 * @module
 */
export * from "./serve.ts";
export * from "./simulate.ts";
export type { Surroundings } from "./surroundings.ts";
