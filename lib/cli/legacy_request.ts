/** What `coachiq import-legacy` was asked for. */
export interface LegacyRequest {
  /** Folder of the earlier installation. */
  readonly folder: string;
  /** Absent: where `serve` keeps its data. */
  readonly dataDir?: string;
  /** Mapping that was in use, where nothing in the folder says it. */
  readonly mapping?: string;
  /** Only tell the plan. */
  readonly dryRun: boolean;
  /** Consent. */
  readonly yes: boolean;
  readonly json: boolean;
}
