import CanMonitor from "../islands/CanMonitor.tsx";
import type { PageHandler } from "../lib/http/mod.ts";
import { Island } from "../lib/ui/mod.ts";

const text = { title: "Bus" };

/** The frames that the page starts with. */
const firstFrames = 40;

/** The CAN buses: interfaces, faults, live frames, and what nothing knows. */
const can: PageHandler = ({ services }) => ({
  title: text.title,
  section: "can",
  body: (
    <>
      <h1>{text.title}</h1>
      <Island
        name="CanMonitor"
        of={CanMonitor}
        props={{
          interfaces: services.interfaces(),
          frames: services.frames({ limit: firstFrames }),
          recording: services.recording(),
          unknown: services.unknown(),
          nodes: services.nodes(),
          diagnostics: services.diagnostics(),
        }}
      />
    </>
  ),
});

export default can;
