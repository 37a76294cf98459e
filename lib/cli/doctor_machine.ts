import type { TimeSigns } from "../core/mod.ts";
import { doubtful, type Finding, good, wrong } from "./finding.ts";

/** Less than this is free: backups and updates are refused soon, bytes. */
const littleSpace = 500 << 20;
/** No machine that runs this program lives earlier than this, ms since 1970. */
const earliestMs = Date.UTC(2025, 0, 1);
const answerWithinMs = 3000;

/** What is asked of the machine itself. */
export interface MachineQuestions {
  readonly wallMs: number;
  readonly timeSigns: TimeSigns;
  /** Free bytes where the data is; undefined: there is no such folder, or it cannot be looked at. */
  readonly freeBytes: number | undefined;
  /** Where the settings say that the site is; undefined: nothing is installed, or it cannot be asked without more. */
  readonly site: { readonly port: number; readonly listenOn: string } | undefined;
  /** What a server answers; undefined: nothing answers. */
  readonly ask: (
    url: string,
    options: { readonly withinMs: number },
  ) => Promise<{ readonly status: number; readonly text: string } | undefined>;
}

/** Clock, disk and port. */
export async function machineFindings(questions: MachineQuestions): Promise<readonly Finding[]> {
  const { freeBytes, site } = questions;
  return [
    clockFinding(questions),
    ...(freeBytes === undefined ? [] : [diskFinding(freeBytes)]),
    ...(site === undefined ? [] : [await portFinding(site, questions)]),
  ];
}

function clockFinding({ wallMs, timeSigns }: MachineQuestions): Finding {
  const time = new Date(wallMs).toISOString();
  if (wallMs < earliestMs) {
    return wrong("clock", `it says ${time}`, "Give the machine a network with time, or a clock of its own (RTC).");
  }
  if (timeSigns.synchronized() === true) return good("clock", `${time}, set by a time service`);
  if (timeSigns.hasClock()) return good("clock", `${time}, from a clock of its own`);
  return doubtful(
    "clock",
    `${time}, which nobody vouches for`,
    "Without a time service or a clock of its own (RTC) the program waits until the coach or the network tells.",
  );
}

function diskFinding(freeBytes: number): Finding {
  const detail = `${Math.floor(freeBytes / (1 << 20))} MiB are free`;
  return freeBytes >= littleSpace
    ? good("disk", detail)
    : doubtful("disk", detail, "Make room: backups and updates of the database need twice its size.");
}

async function portFinding(
  { port, listenOn }: NonNullable<MachineQuestions["site"]>,
  { ask }: MachineQuestions,
): Promise<Finding> {
  const what = `port ${port}`;
  const address = listenOn === "0.0.0.0" || listenOn === "::" ? "127.0.0.1" : listenOn;
  const at = (path: string) =>
    ask(`http://${address.includes(":") ? `[${address}]` : address}:${port}${path}`, { withinMs: answerWithinMs });
  const alive = await at("/healthz");
  if (alive === undefined) return wrong(what, "nothing answers", "journalctl -u coachiq tells what the server does.");
  if (alive.status !== 200 || alive.text.trim() !== "ok") {
    return wrong(what, "another program answers", "Stop that one, or set server.port of the configuration.");
  }
  const ready = await at("/readyz");
  if (ready?.status === 200) return good(what, "the server answers, and is ready");
  return doubtful(what, "the server answers, and is not ready", "Open its page: it says what is missing.");
}
