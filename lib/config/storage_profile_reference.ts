import { type StorageProfile, type StorageProfileFacts, storageProfiles, storageProfileTable } from "../base/mod.ts";
import { markdownTable } from "./markdown_table.ts";

const head = `# Storage profiles

How data is kept. The profile is chosen with \`--profile\`, with \`COACHIQ_STORAGE_PROFILE\`, or with
\`persistence.storage_profile\` in the system file; a change of it loses nothing, in either direction.

`;

const body = `
## Which one

Take \`ssd\` with an SSD, a computer's own disk, or a good USB stick. Take \`sdcard\` when an SD card is all there is: cards
die of being written to, and \`ssd\` writes without pause.

## What a power cut costs

| what                                                               | \`ssd\`           | \`sdcard\`                                                                                  |
| ------------------------------------------------------------------ | --------------- | ----------------------------------------------------------------------------------------- |
| what a person changed: accounts, settings, mapping, an update      | nothing         | the last three seconds                                                                    |
| what the coach said last (states)                                  | the last 500 ms | since the last copy: \`persistence.sync_minutes\`                                           |
| the history                                                        | the last minute | since the last copy: \`persistence.history_sync_minutes\`, and more where copies write much |
| at an orderly stop (\`systemctl stop\`, reboot, power supply's file) | nothing         | nothing                                                                                   |
| when the program alone is killed                                   | the last 5 s    | the same as with the power: a database in memory may be torn, and is not believed         |

The page Settings, Database shows what would be lost now. \`GET /health\` and \`/metrics\` tell the same.

## How \`sdcard\` works

- The open databases are in \`<data>/live\`, a tmpfs of limited size, which \`install\`, the Debian package and the NixOS
  module mount. By hand: \`mount -t tmpfs -o size=128m,mode=0700 tmpfs <data>/live\`, owned by the server's user. The
  program refuses a folder that is on a disk, and one in which the databases and a copy of each do not fit.
- A copy is made of a snapshot in memory, which is checked first. Only the pages that changed are written to the card,
  into a file of its own, which is synced and takes the place of the newest copy by a rename. The newest becomes the one
  before. A power cut at any instant leaves both whole.
- The newest copy is where the other profiles have their database, \`<data>/user\`; the one before is in
  \`<data>/user/previous\`. The data folder must be on a file system with hard links, such as ext4.
- The start goes on with the newest copy that passes its check, else with the one before, and says so on the page; with
  neither it offers the restore page.
- When the last copy at a stop fails, the databases stay in memory, marked as whole. The next start, or any command,
  goes on with them.
- Copies of the history are further apart where they write so much that the card would see more than 5 MB in an hour.
- \`coachiq sync\` copies now. \`persistence.power_fail_file\` names a file by which a power supply (a UPS, a supercapacitor
  hat) says that the power goes: everything is copied when it appears.
- Backups, the owner's configuration and recordings are files on the card as ever.

## All that a profile implies

Where a key of the configuration is named, it beats the profile.

`;

const rows: readonly (readonly [what: string, (facts: StorageProfileFacts) => string])[] = [
  ["open databases", ({ live }) => live === "disk" ? "`<data>/user`" : "`<data>/live`, in memory"],
  ["journal", ({ journalMode }) => `\`${journalMode}\``],
  ["synchronous", ({ synchronous }) => `\`${synchronous}\``],
  ["cache, pages", ({ cachePages }) => String(cachePages)],
  ["mapped, MiB", ({ mmapBytes }) => mmapBytes === undefined ? "" : String(mmapBytes / 1024 / 1024)],
  ["checkpoint, pages", ({ checkpointPages }) => checkpointPages === undefined ? "" : String(checkpointPages)],
  ["log file (`logging.file`)", ({ logFile }) => logFile === "anywhere" ? "anywhere" : "in memory: `/run`, `/tmp`"],
  ["batch of readings (`persistence.telemetry_seconds`)", ({ telemetryS }) => `${telemetryS} s`],
  ["between two readings (`history.min_interval_seconds`)", ({ history }) => `${history.minIntervalS} s`],
  ["single readings (`history.raw_days`)", ({ history }) => days(history.rawDays)],
  ["steps of five minutes (`history.five_minute_days`)", ({ history }) => days(history.fiveMinuteDays)],
  ["steps of an hour (`history.hourly_days`)", ({ history }) => days(history.hourlyDays)],
  ["history at most (`history.max_megabytes`)", ({ history }) => `${history.maxMiB} MiB`],
  ["states to the card (`persistence.sync_minutes`)", ({ syncMinutes }) => minutes(syncMinutes?.states)],
  ["history to the card (`persistence.history_sync_minutes`)", ({ syncMinutes }) => minutes(syncMinutes?.history)],
  ["room in memory (`persistence.live_megabytes`)", ({ liveMiB }) => liveMiB === undefined ? "" : `${liveMiB} MiB`],
];

const days = (count: number) => count === 1 ? "1 day" : `${count} days`;
const minutes = (count: number | undefined) => count === undefined ? "" : `every ${count} min`;

/** `docs/storage-profiles.md`, out of the table that the program itself reads. */
export function storageProfileReference(
  table: Readonly<Record<StorageProfile, StorageProfileFacts>> = storageProfileTable,
): string {
  const purposes = markdownTable(
    ["profile", "what for"],
    storageProfiles.map((profile) => [`\`${profile}\``, table[profile].purpose]),
  );
  const all = markdownTable(
    ["", ...storageProfiles.map((profile) => `\`${profile}\``)],
    rows.map(([what, valueOf]) => [what, ...storageProfiles.map((profile) => valueOf(table[profile]))]),
  );
  return head + purposes + body + all;
}
