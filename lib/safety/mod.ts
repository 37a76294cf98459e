/**
 * May this command happen now: allow, or refuse with reasons for people. The rules are data.
 *
 * Lives here: what may move when, and what of the bus shows that the coach is parked or driving.
 * Does not live here: who may ask (`lib/http`), arming and its timer (`lib/hub`), the coach's own interlocks, which
 * stay in charge: CoachIQ is not the safety system of the coach.
 * May import: `lib/entities`, `lib/base`. Pure.
 *
 * @module
 */
export * from "./coach_state.ts";
export * from "./driving_hold.ts";
export * from "./interlocks.ts";
export * from "./may_command.ts";
export * from "./may_migrate.ts";
