/**
 * What an installed machine has: paths, units of systemd, the user and the folders, the first settings.
 *
 * Lives here: the texts of those files, as values; who writes them where is the business of `install`, of the Debian
 * package and of tests.
 * Does not live here: writing files, starting programs.
 * May import: `lib/base`.
 *
 * @module
 */
export * from "./install_places.ts";
export * from "./machine_files.ts";
export { lowestPort, receiveBufferBytes } from "./system_entries.ts";
export { defaultBitrate } from "./settings_text.ts";
