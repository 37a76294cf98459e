/**
 * What the process may: the flags of the runtime, in the order in which they are documented in `SECURITY.md`. Starting
 * programs, asking for more and loading code from the network are not among them.
 */
export const processPermissions: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys=uid,hostname,statfs",
  "--allow-ffi",
];

/** Sub-commands that set up the machine. They and no others may start programs: systemctl, and the file to upgrade to. */
export const setupCommands: readonly string[] = ["install", "uninstall", "upgrade"];

/** What the sub-commands of {@link setupCommands} may besides {@link processPermissions}. */
export const setupPermissions: readonly string[] = ["--allow-run"];

/**
 * First statement of the built program, before any module of it is loaded. A compiled file has one list of permissions for
 * all sub-commands, so those that need no programs give them up here; where they were never given it changes nothing.
 */
export const giveUpPrograms = `if (!${
  JSON.stringify(setupCommands)
}.includes(Deno.args[0])) Deno.permissions.revokeSync({ name: "run" });`;
