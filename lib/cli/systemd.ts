import { CliError } from "./cli_error.ts";
import type { SetupHost } from "./setup_host.ts";

/** How a unit is, as `systemctl show` tells it. */
export interface UnitState {
  /** `active`, `activating`, `deactivating`, `failed`, `inactive`, `reloading`. */
  readonly active: string;
  /** Why it failed: `success`, `exit-code`, `timeout`, `watchdog` … */
  readonly result: string;
  /** How often it was started again by itself. */
  readonly restarts: number;
  /** Another at each start. */
  readonly invocation: string;
  /** What it tells of itself. */
  readonly status: string;
}

/** Orders to systemd. */
export class Systemd {
  readonly #host: SetupHost;

  constructor(host: SetupHost) {
    this.#host = host;
  }

  /** It runs this machine; false in a folder that only looks like one (sd_booted(3)). */
  async isRunning(): Promise<boolean> {
    return await this.#host.kindOf("/run/systemd/system") === "folder";
  }

  /** @throws {CliError} with what `systemctl` says. */
  async order(...args: readonly string[]): Promise<void> {
    const { code, err } = await this.#host.run("systemctl", args);
    if (code === 0) return;
    throw new CliError(`systemctl ${args.join(" ")}: ${err.trim().replaceAll("\n", " ") || `exit code ${code}`}`);
  }

  async is(question: "is-active" | "is-enabled", unit: string): Promise<boolean> {
    return (await this.#host.run("systemctl", ["--quiet", question, unit])).code === 0;
  }

  async state(unit: string): Promise<UnitState> {
    const names = ["ActiveState", "Result", "NRestarts", "InvocationID", "StatusText"];
    const { out } = await this.#host.run("systemctl", ["show", unit, ...names.flatMap((name) => ["-p", name])]);
    const values = new Map(
      out.split("\n").map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
    );
    return {
      active: values.get("ActiveState") ?? "unknown",
      result: values.get("Result") ?? "",
      restarts: Number(values.get("NRestarts") ?? 0),
      invocation: values.get("InvocationID") ?? "",
      status: values.get("StatusText") ?? "",
    };
  }

  /** The last lines that a unit logged, oldest first. */
  async lastLines(unit: string, options: { readonly count: number; readonly invocation?: string }): Promise<
    readonly string[]
  > {
    const { count, invocation } = options;
    const of = invocation === undefined || invocation === ""
      ? ["-u", unit]
      : [`_SYSTEMD_INVOCATION_ID=${invocation}`, "+", `INVOCATION_ID=${invocation}`];
    const { out } = await this.#host.run("journalctl", ["--no-pager", "-q", "-o", "cat", "-n", String(count), ...of]);
    return out.split("\n").filter((line) => line !== "");
  }
}
