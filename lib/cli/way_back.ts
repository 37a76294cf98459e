import { localPlaces, programFiles } from "../install/mod.ts";
import type { SetupHost } from "./setup_host.ts";

/** The installed version was not seen to work yet, and the one before is kept: it comes back when this one fails. */
export async function canGoBack(host: Pick<SetupHost, "kindOf">): Promise<boolean> {
  const { pending, previous } = programFiles(localPlaces.executable);
  return await host.kindOf(pending) !== undefined && await host.kindOf(previous) !== undefined;
}
