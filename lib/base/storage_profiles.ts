/** Where the data lives, and so how it is treated. */
export const storageProfiles = ["ssd", "sdcard", "custom", "development"] as const;
export type StorageProfile = typeof storageProfiles[number];

/** All that a storage profile implies. The rest of the program reads it here, and so does `docs/storage-profiles.md`. */
export interface StorageProfileFacts {
  /** For people: what it is for. */
  readonly purpose: string;
  /** Where the open databases are: in the data folder, or in memory with copies in the data folder. */
  readonly live: "disk" | "memory";
  /** SQLite's journal and how it waits for the disk. */
  readonly journalMode: "WAL" | "MEMORY";
  readonly synchronous: "NORMAL" | "OFF";
  /** Pages that SQLite keeps in memory. */
  readonly cachePages: number;
  /** Bytes of the file that are mapped; undefined: SQLite's own choice. */
  readonly mmapBytes: number | undefined;
  /** Pages of the write-ahead log after which it goes into the file; undefined: there is no such log. */
  readonly checkpointPages: number | undefined;
  /** Where a log file may be; standard error, and with it the system's journal, is logged to in any case. */
  readonly logFile: "anywhere" | "memory";
  /** Between two batches of readings that go into the history, s. */
  readonly telemetryS: number;
  /** How closely and how long the course of signals is kept. */
  readonly history: {
    readonly minIntervalS: number;
    readonly rawDays: number;
    readonly fiveMinuteDays: number;
    readonly hourlyDays: number;
    readonly maxMiB: number;
  };
  /** Time between two copies to the card, minutes; undefined: nothing is copied. */
  readonly syncMinutes: { readonly states: number; readonly history: number } | undefined;
  /** Size of the folder in memory, MiB; undefined: there is none. */
  readonly liveMiB: number | undefined;
}

const onDisk = {
  live: "disk",
  journalMode: "WAL",
  synchronous: "NORMAL",
  cachePages: 4000,
  mmapBytes: 134_217_728,
  checkpointPages: 1000,
  logFile: "anywhere",
  telemetryS: 5,
  history: { minIntervalS: 60, rawDays: 2, fiveMinuteDays: 14, hourlyDays: 730, maxMiB: 1024 },
  syncMinutes: undefined,
  liveMiB: undefined,
} as const;

/** The one table of storage profiles. */
export const storageProfileTable: Readonly<Record<StorageProfile, StorageProfileFacts>> = {
  ssd: { purpose: "A disk that may be written to: an SSD, a good USB stick, a computer's own disk.", ...onDisk },
  sdcard: {
    purpose: "An SD card: the databases are in memory, and what changed is copied to the card now and then.",
    live: "memory",
    journalMode: "MEMORY",
    synchronous: "OFF",
    cachePages: 4000,
    mmapBytes: undefined,
    checkpointPages: undefined,
    logFile: "memory",
    telemetryS: 60,
    history: { minIntervalS: 120, rawDays: 1, fiveMinuteDays: 7, hourlyDays: 365, maxMiB: 40 },
    syncMinutes: { states: 5, history: 15 },
    liveMiB: 128,
  },
  custom: { purpose: "As `ssd`, in a folder that is named with `--data-dir`.", ...onDisk },
  development: { purpose: "As `ssd`, for developers: this machine alone, no accounts, a temporary folder.", ...onDisk },
};
