/**
 * JSON between server and phone: types, parsing, formatting of readings. Runs in both.
 *
 * Lives here: the shapes of the HTTP answers and of the `/ws` messages, and how a reading reads on a screen.
 * Does not live here: rendering (`lib/ui`), rules of the house.
 * May import: `lib/entities` (types).
 *
 * @module
 */
export * from "./accounts.ts";
export * from "./client_message.ts";
export * from "./coach.ts";
export * from "./config.ts";
export * from "./format.ts";
export * from "./database.ts";
export * from "./local_path.ts";
export * from "./system.ts";
export * from "./types.ts";
