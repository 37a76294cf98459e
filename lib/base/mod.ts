/**
 * What everything else stands on: clock, logger interface, deferred, durable file replacement, storage profiles.
 *
 * Lives here: things without any knowledge of CAN, RV-C or the coach, and the table of storage profiles, which is data
 * that configuration, storage and command line read alike.
 * Does not live here: anything with a rule of the house in it.
 * May import: nothing.
 *
 * @module
 */
export * from "./clock.ts";
export * from "./deferred.ts";
export * from "./guarded_clock.ts";
export * from "./logger.ts";
export * from "./manual_clock.ts";
export * from "./storage_profiles.ts";
