/** V8's flags of every form: small steps of the heap, so that the process stays small on a Pi. */
export const v8Flags: readonly string[] = ["--max-semi-space-size=4", "--heap-growing-percent=20"];

/** Features of the runtime that are asked for by name: `net` has the datagram sockets of systemd's notifications. */
export const unstableFeatures: readonly string[] = ["net"];

/** Both as flags of the command line. */
export const runtimeFlags: readonly string[] = [
  `--v8-flags=${v8Flags.join(",")}`,
  ...unstableFeatures.map((feature) => `--unstable-${feature}`),
];
