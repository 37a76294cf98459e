import { z } from "zod";
import { storageProfiles, storageProfileTable } from "../base/mod.ts";
import { key } from "./schema_key.ts";

const { ssd, sdcard } = storageProfileTable;

const days = (most: number) => z.int().min(1).max(most);

/** End of a sentence about a default that differs in the memory of a card. */
const unlessSet = (value: number) => `; in the profile \`sdcard\` ${value} where nobody sets it.`;

/** Where data is kept. It is always kept: there is no key that switches it off. */
export const persistenceSection = z.strictObject({
  data_dir: key(z.string().regex(/^\/[^\0]{0,1000}$/).optional(), {
    doc: "Folder for what the program keeps. Where none is set it is `/var/lib/coachiq`, and a folder for temporary " +
      "files in the profile `development`. In a system file it counts only when `COACHIQ_CONFIG_FILE` names the file: " +
      "the other one is found in this very folder.",
    who: "installer",
    reload: "restart",
    expected: "an absolute path",
  }),
  storage_profile: key(z.enum(storageProfiles).optional(), {
    doc: "How data is kept: `ssd` on a disk, `sdcard` in memory and copied out now and then, `custom` on a disk in a " +
      "folder of its own, `development` for developers: this machine alone, no accounts. Where none is set it is " +
      "`ssd`, and `custom` when a folder is named.",
    who: "installer",
    reload: "restart",
  }),
  telemetry_seconds: key(z.int().min(1).max(600).default(ssd.telemetryS), {
    doc: "Time between two batches of readings that go into the history. A program that is killed loses no more than " +
      "this on a disk; a power cut takes up to a minute, what the system has not written by itself yet. In the profile " +
      `\`sdcard\` it is ${sdcard.telemetryS} where nobody sets it.`,
    unit: "s",
    who: "owner",
    reload: "restart",
  }),
  sync_minutes: key(z.int().min(1).max(240).default(sdcard.syncMinutes?.states ?? 5), {
    doc: "Profile `sdcard` alone: time between two copies of settings and states to the card. What a person changes " +
      "is copied within seconds in any case. Less wears the card more.",
    unit: "min",
    who: "owner",
    reload: "live",
  }),
  history_sync_minutes: key(z.int().min(1).max(1440).default(sdcard.syncMinutes?.history ?? 15), {
    doc: "Profile `sdcard` alone: least time between two copies of the history to the card. It becomes longer by " +
      "itself where a copy writes so much that the card would wear.",
    unit: "min",
    who: "owner",
    reload: "live",
  }),
  live_megabytes: key(z.int().min(32).max(65_536).default(sdcard.liveMiB ?? 128), {
    doc: "Profile `sdcard` alone: room in memory that the databases may take, in the folder `live` of the data " +
      "folder. The history is kept as short as fits: copies need as much room again.",
    unit: "MiB",
    who: "installer",
    reload: "restart",
  }),
  power_fail_file: key(z.string().regex(/^\/[^\0]{1,1000}$/).optional(), {
    doc: "Profile `sdcard` alone: file by which the power supply says that the power goes. As soon as it appears, or " +
      "is no longer empty, everything is copied to the card.",
    who: "installer",
    reload: "restart",
    expected: "an absolute path",
  }),
}).prefault({});

/** The database. */
export const databaseSection = z.strictObject({
  auto_migrate: key(z.boolean().default(false), {
    doc: "Update an older database at the start without being asked. Honoured in the storage profile `development` " +
      "alone: everywhere else an update begins with the owner's word.",
    who: "installer",
    reload: "restart",
  }),
}).prefault({});

/** How long the course of signals is kept. */
export const historySection = z.strictObject({
  raw_days: key(days(90).default(ssd.history.rawDays), {
    doc: `How long single readings are kept${unlessSet(sdcard.history.rawDays)}`,
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  five_minute_days: key(days(730).default(ssd.history.fiveMinuteDays), {
    doc: "How long steps of five minutes (mean, minimum, maximum) are kept" +
      unlessSet(sdcard.history.fiveMinuteDays),
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  hourly_days: key(days(7300).default(ssd.history.hourlyDays), {
    doc: `How long steps of an hour are kept${unlessSet(sdcard.history.hourlyDays)}`,
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  change_days: key(days(7300).default(365), {
    doc: "How long switching on and off, and other changes that are no numbers, are kept.",
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  max_megabytes: key(z.int().min(16).max(65_536).default(ssd.history.maxMiB), {
    doc: "Size that history may have. Above it the oldest readings go before their time" +
      unlessSet(sdcard.history.maxMiB),
    unit: "MiB",
    who: "owner",
    reload: "live",
  }),
  min_interval_seconds: key(z.int().min(1).max(3600).default(ssd.history.minIntervalS), {
    doc: "Shortest time between two kept readings of one signal. Minimum and maximum see every reading. More wears " +
      `the disk less${unlessSet(sdcard.history.minIntervalS)}`,
    unit: "s",
    who: "owner",
    reload: "live",
  }),
}).prefault({});

/** How long copies are kept. Backups are always made. */
export const backupsSection = z.strictObject({
  daily_keep_days: key(days(3650).default(30), {
    doc: "How long daily backups of the database are kept. The newest good one is never removed.",
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  migration_keep_days: key(days(3650).default(7), {
    doc: "How long the backup before an update of the database is kept.",
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  restore_keep_days: key(days(3650).default(7), {
    doc: "How long the backup of what a restore replaced is kept.",
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  configuration_keep: key(z.int().min(1).max(1000).default(50), {
    doc: "How many backups that were made by themselves are kept of each configuration file. Named ones stay.",
    who: "owner",
    reload: "live",
  }),
}).prefault({});
