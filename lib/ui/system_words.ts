import {
  type AlertView,
  type AuditView,
  type CoreServiceView,
  type DetailedHealthView,
  type FeatureView,
  formatAge,
  humanize,
  type LogEntryView,
  type SafetyView,
} from "../wire/mod.ts";

/** Something that is wrong, with its weight. */
export interface WeighedProblem {
  readonly priority: AlertView["priority"];
  readonly what: string;
  readonly todo: string;
  /** ISO 8601; absent: not told. */
  readonly raisedAt?: string;
}

/** How the program is, in one sentence, and all that is wrong, the gravest first. */
export interface Verdict {
  readonly tone: "good" | "warning" | "bad";
  readonly headline: string;
  readonly problems: readonly WeighedProblem[];
}

const text = {
  well: "All is well",
  failed: "Nothing can be commanded",
  wrong: (count: number) =>
    count === 1 ? "One thing is not as it should be" : `${count} things are not as they should be`,
  failedTodo: "The coach works as ever from its own panels and switches.",
  settingsWrong: (count: number) => count === 1 ? "One problem" : `${count} problems`,
};

/** What each weight means to an owner. */
export const priorityWords: Readonly<Record<AlertView["priority"], string>> = {
  1: "P1 · Now",
  2: "P2 · Soon",
  3: "P3 · When there is time",
};

/** What an owner should know first. */
export function verdictOf(
  health: DetailedHealthView,
  options: { readonly alerts: readonly AlertView[]; readonly safeReason: string | null },
): Verdict {
  const { safeReason } = options;
  const alerts = options.alerts.filter(({ clearedAt }) => clearedAt === null);
  const said = new Set(alerts.map(({ what }) => what));
  // What began a moment ago has no alert of its own yet.
  const others = health.problems.filter(({ what }) => !said.has(what));
  const isSafe = safeReason !== null && !alerts.some(({ priority }) => priority === 1);
  const problems: WeighedProblem[] = [
    ...(isSafe ? [{ priority: 1 as const, what: safeReason, todo: text.failedTodo }] : []),
    ...alerts.map(({ priority, what, todo, raisedAt }) => ({ priority, what, todo, raisedAt })),
    ...others,
  ].sort((a: WeighedProblem, b: WeighedProblem) => a.priority - b.priority);
  if (health.status === "failed" || safeReason !== null) return { tone: "bad", headline: text.failed, problems };
  if (problems.length === 0) return { tone: "good", headline: text.well, problems };
  const tone = problems.some(({ priority }) => priority === 1) ? "bad" : "warning";
  return { tone, headline: text.wrong(problems.length), problems };
}

/** Two words for the list of settings. */
export function systemHeadline({ status, problems }: Pick<DetailedHealthView, "status" | "problems">): string {
  if (status === "failed") return text.failed;
  return problems.length === 0 ? text.well : text.settingsWrong(problems.length);
}

export const featureStateWords: Readonly<Record<FeatureView["state"], string>> = {
  off: "Off",
  starting: "Starting",
  running: "Runs",
  failed: "Failed",
  blocked: "Waits",
};

export const coreStateWords: Readonly<Record<CoreServiceView["state"], string>> = {
  waiting: "Waits",
  starting: "Starting",
  up: "Runs",
  failed: "Failed",
  stopped: "Stopped",
};

const coreNames: Readonly<Record<string, string>> = { can: "CAN", websocket: "Live updates" };

export function coreTitle(name: string): string {
  return coreNames[name.toLowerCase()] ?? capitalized(humanize(name));
}

const drivingWords: Readonly<Record<SafetyView["driving"], string>> = {
  parked: "The coach is parked",
  driving: "The coach is driving",
  unknown: "It is not known whether the coach is parked",
};

export function drivingSentence({ driving }: Pick<SafetyView, "driving">): string {
  return drivingWords[driving];
}

export const auditActionWords: Readonly<Record<AuditView["action"], string>> = {
  command: "Commands",
  edit: "Coach",
  configuration: "Settings",
  update: "Database",
  signIn: "Sign-ins",
  account: "Accounts",
  system: "Program",
};

export const auditOutcomeWords: Readonly<Record<AuditView["outcome"], string>> = {
  done: "Done",
  refused: "Refused",
  failed: "Failed",
};

/** Each level with what it shows. */
export const logLevelWords: Readonly<Record<LogEntryView["level"], string>> = {
  debug: "Everything",
  info: "Events",
  warning: "Warnings",
  error: "Errors",
};

/** What goes with an event, in one line: `host: mqtt.lan · tries: 3`. */
export function logFieldsText(fields: LogEntryView["fields"]): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value) ?? String(value)}`)
    .join(" · ");
}

/** Since the start, in words. */
export function uptimeWords(uptimeS: number): string {
  return formatAge(uptimeS * 1000);
}

/** Milliseconds with one decimal where that tells something. */
export function millisecondsText(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
