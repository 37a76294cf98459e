import { SeededRandom } from "../kill/random.ts";
import type { VmArch } from "./packages.ts";
import { releaseFolder } from "./system_files.ts";
import { SystemMachine } from "./system_machine.ts";
import { makeRelease, type Release } from "./system_release.ts";
import { type Light, SystemSite } from "./system_site.ts";

/** Settings of {@link SystemBench.make}. */
export interface BenchOptions {
  readonly arch: VmArch;
  readonly seed: number;
  /** Builds the files to upgrade to as well. */
  readonly upgrades: boolean;
  /** Of the machine. Default 2. */
  readonly cores?: number;
  readonly onLine?: (line: string) => void;
}

/** A machine on a bench: its site, its files to install, and the simulated coach that it is connected to. */
export class SystemBench {
  readonly random: SeededRandom;
  readonly site: SystemSite;

  private constructor(
    readonly machine: SystemMachine,
    readonly release: Release,
    readonly folder: string,
    seed: number,
  ) {
    this.random = new SeededRandom(seed);
    this.site = new SystemSite(() => machine.url);
  }

  static async make(options: BenchOptions): Promise<SystemBench> {
    const folder = await Deno.makeTempDir({ prefix: "coachiq-release-" });
    const release = await makeRelease({ ...options, folder });
    const machine = await SystemMachine.make({ ...options, releaseImage: release.imagePath });
    return new SystemBench(machine, release, folder, options.seed);
  }

  async dispose(): Promise<void> {
    await this.machine.dispose();
    await Deno.remove(this.folder, { recursive: true });
  }

  /** Boots for the first time, with the stick in. */
  async unbox(): Promise<void> {
    await this.machine.boot();
    await this.machine.run(`mount ${releaseFolder} && install -D ${this.file("good")} /opt/bench/coachiq`);
    await this.machine.run("umount /media/release && systemctl start bench-candump", {});
  }

  /** Path of a file on the stick, inside. */
  file(name: keyof Release["names"]): string {
    return `${releaseFolder}/${this.release.names[name]}`;
  }

  /** Waits until systemd says that the service is ready, and asks the site. @throws with the journal when it is late. */
  async serviceReady(): Promise<void> {
    const { code } = await this.machine.try(
      "timeout 240 sh -c 'until systemctl is-active --quiet coachiq; do sleep 0.5; done'",
      { timeoutMs: 300_000 },
    );
    if (code === 0 && await this.site.isReady()) return;
    const journal = await this.machine.run("systemctl status coachiq --no-pager -n 0; journalctl -b -u coachiq -n 40");
    throw new Error(`The service is not ready:\n${journal}`);
  }

  /** The simulated coach comes to life; waits until the site shows its lights. */
  async startCoach(): Promise<readonly Light[]> {
    await this.machine.run("systemctl start bench-coach bench-candump");
    return await this.lightsThat("are live", (lights) => lights.filter(isLive).length >= 4);
  }

  /** Asks until the lights will do. @throws after 90 s. */
  async lightsThat(what: string, good: (lights: readonly Light[]) => boolean): Promise<readonly Light[]> {
    const endMs = performance.now() + 90_000;
    for (;;) {
      const lights = await this.site.lights();
      if (good(lights)) return lights;
      if (performance.now() > endMs) {
        throw new Error(`Expected lights that ${what}: ${JSON.stringify(lights).slice(0, 2000)}`);
      }
      await new Promise((resolve) => void setTimeout(resolve, 250));
    }
  }

  /**
   * Switches a light over; answers what it is now. An emulated coach may take longer than the program waits: then it is
   * asked again. @throws when the coach does not confirm it.
   */
  async switchOver(light: Light): Promise<boolean> {
    const turnOn = isOn(light) !== true;
    const answers: string[] = [];
    while (answers.length < 3) {
      const { outcome, reasons } = await this.site.command(light.id, turnOn ? "turnOn" : "turnOff");
      if (outcome === "confirmed") return turnOn;
      answers.push(`${outcome}: ${reasons.join(" ")}`);
    }
    throw new Error(`${light.id}: ${answers.join("; ")}`);
  }

  /** Commands for dimmers (DC_DIMMER_COMMAND_2, DGN 1FEDB) that candump has seen since it was started. */
  async commandsOnBus(): Promise<number> {
    return Number(await this.machine.run("grep -cE ' 1[0-9A-F]FEDB[0-9A-F]{2}#' /run/bus.log || true"));
  }
}

export function isLive({ freshness }: Light): boolean {
  return freshness === "live";
}

export function isOn(light: Light | undefined): unknown {
  return light?.state["on"]?.value;
}
