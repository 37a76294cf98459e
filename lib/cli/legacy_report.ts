import { type LegacyPlan, placeText } from "../coach/legacy/mod.ts";
import type { CliOutput } from "./command_line.ts";
import type { LegacyFiles, SkippedFile } from "./legacy_files.ts";
import type { LegacyRecord } from "./legacy_record.ts";
import type { LegacyWork } from "./legacy_work.ts";

/** How `import-legacy` ended; printed as it is with `--json`. Every key is always there. */
export interface LegacyOutcome {
  /** `unchanged`: everything is here already. */
  readonly state: "planned" | "done" | "unchanged" | "refused" | "failed";
  /** For people. */
  readonly message: string;
  readonly reasons: readonly string[];
  readonly folder: string;
  readonly dataDir: string;
  readonly skipped: readonly SkippedFile[];
  readonly plan: LegacyPlan | null;
  /** The program's own model of the same coach. */
  readonly alike: string | null;
  /** What of the plan there was, or is, to do. */
  readonly work: LegacyWork | null;
  /** The command that imports it. */
  readonly consent: string | null;
  /** What was done, and the way back. */
  readonly record: LegacyRecord | null;
  readonly wayBack: readonly string[];
}

/** Prints the outcome. Exit code 0: done, planned, or nothing to do; 1: refused or failed. */
export function printLegacyOutcome(
  outcome: LegacyOutcome,
  options: { readonly json: boolean; readonly output: CliOutput },
): number {
  const { json, output } = options;
  const good = outcome.state === "planned" || outcome.state === "done" || outcome.state === "unchanged";
  if (json) output.out(`${JSON.stringify(outcome, undefined, 2)}\n`);
  else if (outcome.plan) output.out(lines(planLines(outcome, outcome.plan)));
  const said = [outcome.message, ...outcome.reasons.filter((reason) => reason !== outcome.message)];
  if (!good) output.err(lines(outcome.state === "refused" ? said.map((text) => `Refused: ${text}`) : said));
  else if (!json) output.out(lines(said));
  if (!json && outcome.consent !== null) output.out(`To consent: ${outcome.consent}\n`);
  if (!json && outcome.wayBack.length > 0) output.out(lines(["The way back:", ...indented(outcome.wayBack)]));
  return good ? 0 : 1;
}

/** Names come from files that anybody may have written: none of them moves the cursor or changes colors. */
function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text.replaceAll(/\p{Cc}/gu, "\ufffd")}\n`).join("");
}

function indented(texts: readonly string[]): readonly string[] {
  return texts.map((text) => `  ${text}`);
}

/** A heading and what is under it; nothing when there is nothing. */
function section(heading: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [heading, ...indented(texts), ""];
}

function planLines(outcome: LegacyOutcome, plan: LegacyPlan): readonly string[] {
  const { work, folder, dataDir, skipped } = outcome;
  const owners = plan.settings.filter(({ who }) => who === "owner");
  const installers = plan.settings.filter(({ who, isDefault }) => who === "installer" && !isDefault);
  return [
    `From ${folder} into ${dataDir}`,
    "",
    ...coachLines(plan, outcome.alike),
    ...section(`Your changes of the mapping (${plan.edits.length}):`, plan.edits.map(editText)),
    ...section(
      `Settings (${owners.length}):`,
      owners.map(({ key, value, was, from, isDefault }) =>
        `${key} = ${JSON.stringify(value)}${isDefault ? " (what holds anyway)" : ""}, from ${was}, ${placeText(from)}`
      ),
    ),
    ...section(
      `For the system file, which only its installer writes (${installers.length}):`,
      installers.map(({ key, value, was }) => `${key} = ${JSON.stringify(value)}, from ${was}`),
    ),
    ...section(
      `Secrets, whose values are neither read out nor imported (${plan.secrets.length}):`,
      plan.secrets.map(({ name, setWith, where }) =>
        `${name}, ${placeText(where)}: ${
          setWith === undefined ? "nothing needs it any more" : `put it into a file and name that with ${setWith}`
        }`
      ),
    ),
    ...section("Written differently:", plan.changed.map(({ where, text }) => `${placeText(where)}: ${text}`)),
    ...section("What is wrong with the files:", plan.problems.map(({ where, text }) => `${placeText(where)}: ${text}`)),
    ...section("Not read:", skipped.map(({ path, why }) => `${path}: ${why}`)),
    ...leftBehind(plan),
    ...section("Left as it is here now:", (work?.kept ?? []).map(({ what, why }) => `${what}: ${why}`)),
    ...countLines(plan),
  ];
}

function coachLines({ mapping, model, counts }: LegacyPlan, alike: string | null): readonly string[] {
  if (!mapping) return [];
  const found = [`Mapping: ${mapping.file} (${mapping.why})`];
  if (!model) return [...found, "Nothing of it can be imported.", ""];
  const kinds = Map.groupBy(model.entities, ({ kind }) => kind);
  const list = [...kinds].map(([kind, { length }]) => `${length} ${kind.replaceAll("_", " ")}`).join(", ");
  return [
    ...found,
    `Coach: ${model.name}, as the model "${model.id}"`,
    `Entities: ${model.entities.length} of ${counts.entities.found} (${list}), in ${
      Object.keys(model.areas).length
    } areas`,
    "None of them is verified: each asks for a hold before its first use.",
    ...(alike === null ? [] : [
      `CoachIQ has a model of its own for this coach, "${alike}", which knows more: you may take that one instead ` +
      `(coachiq coach preview --model ${alike}).`,
    ]),
    "",
  ];
}

function editText({ path, value }: LegacyPlan["edits"][number]): string {
  if (value === undefined) return `${path}: taken away`;
  return typeof value === "object" ? `${path}: new` : `${path} = ${JSON.stringify(value)}`;
}

/** What is left behind, each reason once. */
function leftBehind({ notMapped }: LegacyPlan): readonly string[] {
  const byWhy = Map.groupBy(notMapped, ({ why }) => why);
  return section(
    `Left behind (${notMapped.length}):`,
    [...byWhy].flatMap((
      [why, left],
    ) => [`${why}:`, ...left.map(({ what, where }) => `  ${what}, ${placeText(where)}`)]),
  );
}

function countLines({ counts }: LegacyPlan): readonly string[] {
  const names = {
    entities: "entities",
    patches: "changes of the mapping",
    settings: "settings and variables",
  } as const;
  return (["entities", "patches", "settings"] as const).flatMap((of) => {
    const { found, mapped, listed } = counts[of];
    return found === 0 ? [] : [`Found ${found} ${names[of]}: ${mapped} mapped, ${listed} listed above.`];
  });
}

/** Where a plan was made and nothing came of it. */
export function outcomeOf(
  state: LegacyOutcome["state"],
  message: string,
  more: Partial<LegacyOutcome> & Pick<LegacyOutcome, "folder" | "dataDir">,
): LegacyOutcome {
  return {
    state,
    message,
    reasons: [],
    skipped: [],
    plan: null,
    alike: null,
    work: null,
    consent: null,
    record: null,
    wayBack: [],
    ...more,
  };
}

/** What was read, for the outcome. */
export function ofFiles({ folder, skipped }: LegacyFiles): Pick<LegacyOutcome, "folder" | "skipped"> {
  return { folder, skipped };
}
