import { DatabaseSync } from "node:sqlite";

/** What a broken start has around it. */
export interface Place {
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  readonly dataDir: string;
  /** Starts the program once and stops it: the data directory is whole then. */
  readonly fill: () => Promise<void>;
  /** Called in reverse when the start is over. */
  readonly after: (work: () => void | Promise<void>) => void;
}

/** How the program is started, on top of `--data-dir`. */
export interface BrokenStart {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly through?: readonly string[];
  /** Instead of the data directory of the place. */
  readonly dataDir?: string;
}

/** What is written down for each: the sentence and exit code 1, recovery mode with its reason, or that it runs on. */
export type Answer =
  | { readonly refuses: RegExp }
  | { readonly recovers: RegExp }
  | { readonly runs: RegExp; readonly told: "health" | "config" };

/** One way in which a core service is broken when the program starts. */
export interface Row {
  readonly what: string;
  /** Answers undefined where this machine cannot break in this way: that is said. */
  readonly break: (place: Place) => Promise<BrokenStart | undefined>;
  readonly answer: Answer;
}

const databaseOf = ({ dataDir }: Place) => `${dataDir}/user/coachiq.db`;

/** Rights of root without the one that makes permissions meaningless. */
const asOwner = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"];
const isRoot = Deno.uid() === 0;

async function hasSetpriv(): Promise<boolean> {
  return (await Promise.allSettled([new Deno.Command("setpriv", { args: ["--version"], stdout: "null" }).output()]))
    .every(({ status }) => status === "fulfilled");
}

async function withSystemFile({ dataDir }: Place, text: string): Promise<BrokenStart> {
  await Deno.mkdir(`${dataDir}/config`, { recursive: true });
  await Deno.writeTextFile(`${dataDir}/config/system.toml`, text);
  return {};
}

async function withStatement(place: Place, sql: string): Promise<BrokenStart> {
  await place.fill();
  const database = new DatabaseSync(databaseOf(place));
  database.exec(sql);
  database.close();
  return {};
}

async function withFailedStarts(place: Place): Promise<void> {
  await place.fill();
  const path = `${place.dataDir}/user/start.json`;
  const journal = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...journal, attempts: 3 }));
}

/** Shows the program an installation with an upgrade that was not seen to work; nobody else sees it. */
const withUpgrade = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  "mount -t tmpfs none /usr/local/lib && mkdir /usr/local/lib/coachiq && cd /usr/local/lib/coachiq && " +
  'touch upgrade-pending coachiq.previous && cd "$OLDPWD" && exec "$@"',
  "sh",
];

async function canShowOtherPrograms(): Promise<boolean> {
  const [program = "", ...args] = [...withUpgrade, "true"];
  const { success } = await new Deno.Command(program, { args, stderr: "null" }).output().catch(() => ({
    success: false,
  }));
  return success;
}

/** Storage: the place, and the files in it. */
export const storageRows: readonly Row[] = [
  {
    what: "the data folder is a file",
    async break({ dataDir }) {
      await Deno.writeTextFile(dataDir, "");
      return {};
    },
    answer: {
      refuses: /Cannot keep data in ".*\/data\/user": Not a directory .*, expected a folder that can be written/,
    },
  },
  {
    what: "the data folder cannot be written",
    async break(place) {
      await place.fill();
      await Deno.chmod(`${place.dataDir}/user`, 0o500);
      place.after(() => Deno.chmod(`${place.dataDir}/user`, 0o700));
      if (!isRoot) return {};
      return await hasSetpriv() ? { through: asOwner } : undefined;
    },
    answer: { refuses: /Cannot use data folder ".*\/user": .*[Pp]ermission denied.*Make the folder writable/ },
  },
  {
    what: "the data folder belongs to somebody else",
    async break(place) {
      if (!isRoot || !await hasSetpriv()) return undefined;
      await place.fill();
      await new Deno.Command("chown", { args: ["-R", "1234:1234", `${place.dataDir}/user`] }).output();
      return { through: asOwner };
    },
    answer: { refuses: /Cannot use data folder ".*\/user": it belongs to user 1234, this program is user 0.*chown -R/ },
  },
  {
    what: "the disk is full",
    async break(place) {
      await Deno.mkdir(place.dataDir);
      const args = ["-t", "tmpfs", "-o", "size=32k", "none", place.dataDir];
      const { success } = await new Deno.Command("mount", { args, stderr: "null" }).output().catch(() => ({
        success: false,
      }));
      if (!success) return undefined;
      place.after(async () => void await new Deno.Command("umount", { args: [place.dataDir] }).output());
      await Deno.writeFile(`${place.dataDir}/filling`, new Uint8Array(28 * 1024));
      return {};
    },
    answer: { refuses: /No space left on device|disk is full/ },
  },
  {
    what: "another server has the data folder",
    async break(place) {
      const { startServer } = await import("./program.ts");
      const other = await startServer(["--data-dir", place.dataDir]);
      place.after(async () => void await other.stop());
      return {};
    },
    answer: { refuses: /Cannot use the data directory ".*": another CoachIQ server or command is using it/ },
  },
  {
    what: "the database is garbage",
    async break(place) {
      await place.fill();
      await Deno.writeFile(databaseOf(place), new Uint8Array(8192).fill(0x5a));
      return {};
    },
    answer: { recovers: /its first bytes are not those of an SQLite file/ },
  },
  {
    what: "the database is cut off in the middle",
    async break(place) {
      await place.fill();
      const { size } = await Deno.stat(databaseOf(place));
      await Deno.truncate(databaseOf(place), Math.floor(size / 2));
      return {};
    },
    answer: { recovers: /malformed|damaged/ },
  },
  {
    what: "the database is of another program",
    break: async (place) => {
      await Deno.mkdir(`${place.dataDir}/user`, { recursive: true });
      const database = new DatabaseSync(databaseOf(place));
      database.exec("CREATE TABLE wine (year INTEGER)");
      database.close();
      return {};
    },
    answer: { recovers: /has no tables of CoachIQ/ },
  },
  {
    what: "a newer program wrote the database",
    break: (place) =>
      withStatement(place, "INSERT INTO schema_info (name, timestamp) VALUES ('0999_teleport', '2031-01-01')"),
    answer: { recovers: /newer schema ."0999_teleport.*; this is .*Restore a backup/ },
  },
  {
    what: "the history is garbage",
    async break(place) {
      await place.fill();
      await Deno.writeFile(`${place.dataDir}/user/history.db`, new Uint8Array(8192).fill(0x5a));
      return {};
    },
    answer: { runs: /The history was damaged and a new one was begun/, told: "health" },
  },
  {
    what: "the last starts did not succeed",
    async break(place) {
      await withFailedStarts(place);
      return {};
    },
    answer: { recovers: /The last 3 starts did not succeed/ },
  },
  {
    what: "the last starts did not succeed, as a service in the midst of an upgrade",
    async break(place) {
      if (!isRoot || !await canShowOtherPrograms()) return undefined;
      await withFailedStarts(place);
      return { through: withUpgrade, env: { NOTIFY_SOCKET: `${place.folder}/notify` } };
    },
    answer: {
      refuses: /Cannot start CoachIQ \S+: The last 3 starts did not succeed\. After some more tries the version before/,
    },
  },
];

/** Configuration, coach, CAN and the site. */
export const otherRows: readonly Row[] = [
  {
    what: "a file that tries to switch the core off",
    break: (place) => withSystemFile(place, "[persistence]\nenabled = false\n"),
    answer: {
      refuses: /line 2: persistence\.enabled is no known key: core services are always on and no key switches them off/,
    },
  },
  {
    what: "a variable that tries to switch the core off",
    break: () => Promise.resolve({ env: { COACHIQ_PERSISTENCE__ENABLED: "false" } }),
    answer: {
      refuses: /COACHIQ_PERSISTENCE__ENABLED is set, but persistence is a core service and always on, remove it/,
    },
  },
  {
    what: "an unknown key in the system file",
    break: (place) => withSystemFile(place, "[server]\nprot = 8080\n"),
    answer: { refuses: /system\.toml": line 2: server\.prot .*server\.port/ },
  },
  {
    what: "overrides that are no TOML",
    async break({ dataDir }) {
      await Deno.mkdir(`${dataDir}/user`, { recursive: true });
      await Deno.writeTextFile(`${dataDir}/user/config-overrides.toml`, "[safety\narming_seconds = 60\n");
      return {};
    },
    answer: { runs: /config-overrides\.toml/, told: "config" },
  },
  {
    what: "a secret file that is not there",
    break: ({ folder }) => Promise.resolve({ env: { COACHIQ_AUTH__JWT_SECRET_FILE: `${folder}/none` } }),
    answer: { refuses: /COACHIQ_AUTH__JWT_SECRET_FILE.*(not there|No such file)/i },
  },
  {
    what: "a coach model that does not exist",
    break: () => Promise.resolve({ args: ["--model", "hovercraft"] }),
    answer: { refuses: /"hovercraft": there is none of that name, expected one of/ },
  },
  {
    what: "a mapping in which something is no device",
    break: (place) =>
      withStatement(place, "UPDATE coach_mappings SET value = '5' WHERE path LIKE '/entities/%' AND is_active = 1"),
    answer: { runs: /A part of the coach's mapping is left out/, told: "health" },
  },
  {
    what: "a mapping that is gone from the database",
    break: (place) => withStatement(place, "DROP TABLE coach_mappings"),
    answer: { refuses: /mapping/ },
  },
  {
    what: "a CAN interface that is not there",
    break: () => Promise.resolve({ args: ["--can", "can77"] }),
    answer: { refuses: /Cannot (open|use) CAN interface "can77": .+/ },
  },
  {
    what: "a recording that is not there",
    break: () => Promise.resolve({ args: ["--can", "replay:no/such.log"] }),
    answer: { refuses: /Cannot replay "no\/such\.log": .*no such file/i },
  },
  {
    what: "a port that is taken",
    break({ after }) {
      const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      after(() => taken.close());
      return Promise.resolve({ args: ["--port", String(taken.addr.port)] });
    },
    answer: { refuses: /Cannot listen on 127\.0\.0\.1 port \d+: another program uses it, .*--port/ },
  },
  {
    what: "half of a certificate",
    break: (place) => withSystemFile(place, `[server]\ntls_certificate_file = "${place.folder}/site.pem"\n`),
    answer: { refuses: /server\.tls_certificate_file is set without its key, expected server\.tls_key_file/ },
  },
  {
    what: "a certificate that is not there",
    break: (place) =>
      withSystemFile(
        place,
        `[server]\ntls_certificate_file = "${place.folder}/site.pem"\ntls_key_file = "${place.folder}/site.key"\n`,
      ),
    answer: { refuses: /Cannot read the certificate or key ".*site\.pem"/ },
  },
  {
    what: "no accounts on an address that others reach",
    break: async (place) => ({
      ...await withSystemFile(place, "[features.authentication]\nenabled = false\n"),
      args: ["--profile", "ssd", "--host", "0.0.0.0"],
    }),
    answer: { refuses: /server\.host is "0\.0\.0\.0" while features\.authentication\.enabled is false/ },
  },
  {
    what: "protocol tables that are not there",
    break: () => Promise.resolve({ args: ["--reference-dir", "no/such"] }),
    answer: { refuses: /Cannot read protocol tables "no\/such/ },
  },
];
