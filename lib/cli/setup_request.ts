/** An interface of the coach. */
export interface AskedInterface {
  readonly name: string;
  /** bit/s; absent: that of RV-C. */
  readonly bitrate?: number;
}

/** What `coachiq install` was asked for. */
export interface InstallRequest {
  /** File of the program that runs; absent: it runs from its source. */
  readonly self?: string;
  readonly profile?: "ssd" | "sdcard";
  /** None: a simulated coach. */
  readonly can?: readonly AskedInterface[];
  readonly model?: string;
  /** [1, 65535]. */
  readonly port?: number;
  readonly dryRun: boolean;
  /** False: everything is put in place and nothing is started. */
  readonly start: boolean;
}

/** What `coachiq uninstall` was asked for. */
export interface UninstallRequest {
  readonly self?: string;
  /** Data and settings go as well. */
  readonly purge: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** What `coachiq upgrade` was asked for. */
export type UpgradeRequest =
  & {
    readonly self?: string;
    /** Longest wait for the new version to become ready, s. */
    readonly limitS: number;
  }
  & ({ readonly back: false; readonly file: string } | {
    readonly back: true;
    /** Go back although the database was updated meanwhile. */
    readonly force: boolean;
  });
