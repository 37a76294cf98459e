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
