import { localPlaces, machinePlaces, unitNames } from "../install/mod.ts";
import { asServiceUser } from "./service_user.ts";
import type { SetupHost } from "./setup_host.ts";
import type { SetupSteps } from "./setup_steps.ts";
import { Systemd } from "./systemd.ts";

const { liveFolder } = machinePlaces;

/** With which options the live databases of the profile `sdcard` are mounted, in memory; undefined: they are not. */
export async function liveMountOptions(host: Pick<SetupHost, "read">): Promise<string | undefined> {
  const rows = (await host.read("/proc/mounts"))?.split("\n").map((line) => line.split(" ")) ?? [];
  const row = rows.find(([, where]) => where === liveFolder);
  return row?.[2] === "tmpfs" ? row[3] ?? "" : undefined;
}

/**
 * Stops the server and copies to the card what it could not copy itself, before what is in memory goes. Nothing to do
 * when nothing is mounted there.
 *
 * @throws {CliError} when that is not possible; the server runs again then, if it did.
 */
export async function saveLive(
  { host, steps }: { readonly host: SetupHost; readonly steps: SetupSteps },
): Promise<void> {
  if (await liveMountOptions(host) === undefined) return;
  const systemd = new Systemd(host);
  await steps.step("copy to the card what is in memory alone", async () => {
    const ran = (await systemd.state(unitNames.server)).active === "active";
    // What would start it again, or have the data folder, goes with it.
    const units = [unitNames.fallback, unitNames.syncTimer, unitNames.sync, unitNames.server];
    await host.run("systemctl", ["stop", ...units]);
    const { code, out, err } = await host.run("runuser", asServiceUser(localPlaces.executable, "sync"));
    if (code === 0) return;
    if (ran) await host.run("systemctl", ["--no-block", "start", unitNames.syncTimer, unitNames.server]);
    const reason = (err.trim() || out.trim() || `exit code ${code}`).replaceAll("\n", " ");
    throw new Error(
      `${reason} Nothing was taken away. To go on without what came since the last copy: ` +
        `sudo systemctl stop ${unitNames.live}, then this command again`,
    );
  });
}
