import { mappingValueWords } from "../../lib/ui/mod.ts";
import type { MergeChangeView } from "../../lib/wire/mod.ts";

/** Path → who wins. */
export type Choices = Readonly<Record<string, "mine" | "theirs">>;

const text = {
  mine: "Mine",
  theirs: "The model’s",
  gone: "not there",
  allMine: "All mine",
  allTheirs: "All the model’s",
};

/** Who wins a conflict: as chosen, else as the coach proposes, else the owner. */
export function choiceOf({ path, choice }: MergeChangeView, choices: Choices): "mine" | "theirs" {
  return choices[path] ?? choice ?? "mine";
}

interface Props {
  readonly conflicts: readonly MergeChangeView[];
  readonly choices: Choices;
  readonly isDisabled: boolean;
  readonly onChoose: (choices: Choices) => void;
}

/** A question with two big answers for each conflict. */
export default function ConflictList({ conflicts, choices, isDisabled, onChoose }: Props) {
  const all = (choice: "mine" | "theirs") => onChoose(Object.fromEntries(conflicts.map(({ path }) => [path, choice])));
  return (
    <>
      {conflicts.length > 1 && (
        <div class="actions actions--even">
          <button type="button" class="button" disabled={isDisabled} onClick={() => all("mine")}>{text.allMine}</button>
          <button type="button" class="button" disabled={isDisabled} onClick={() => all("theirs")}>
            {text.allTheirs}
          </button>
        </div>
      )}
      {conflicts.map((change) => (
        <fieldset key={change.path} class="card conflict" data-path={change.path} disabled={isDisabled}>
          <legend class="visually-hidden">{change.sentence}</legend>
          <p>{change.sentence}</p>
          <div class="conflict__choices">
            {(["mine", "theirs"] as const).map((choice) => (
              <button
                key={choice}
                type="button"
                class="button conflict__choice"
                aria-pressed={choiceOf(change, choices) === choice}
                onClick={() => onChoose({ [change.path]: choice })}
              >
                <small>{text[choice]}</small>
                <span>{valueOf(change, choice)}</span>
              </button>
            ))}
          </div>
        </fieldset>
      ))}
    </>
  );
}

function valueOf({ owner, shipped }: MergeChangeView, choice: "mine" | "theirs"): string {
  const value = choice === "mine" ? owner : shipped;
  return value === undefined ? text.gone : mappingValueWords(value);
}
