/**
 * Kinds of things in a coach: messages → state, command → messages, one file per kind.
 *
 * Lives here: what "on" means for a light, which status confirms which command, when a value is old.
 * Does not live here: timers, sockets, who may do it (`lib/safety`), the live state itself (`lib/hub`).
 * May import: `lib/protocol`, `lib/coach`, `lib/base`. Pure.
 *
 * @module
 */
export * from "./operating_signals.ts";
export { type Proposal, type ProposalContext, type SeenInstance } from "./proposal.ts";
export * from "./propose.ts";
export * from "./propose_pair.ts";
export * from "./reading_words.ts";
export * from "./registry.ts";
export * from "./shared_outputs.ts";
export * from "./types.ts";
