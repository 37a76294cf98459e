import { useState } from "preact/hooks";
import { type Draft, formOfKind, formProblems, saysTheSame } from "../../lib/ui/mod.ts";
import type { MappingJson } from "../../lib/wire/mod.ts";

/** What stands in a form, and what is wrong with it. */
export interface DraftDesk {
  readonly draft: Draft;
  /** What it was when the form began. */
  readonly base: Draft;
  /** Grows whenever the form begins anew: fields that keep what is typed belong to one of them. */
  readonly number: number;
  readonly isChanged: boolean;
  readonly problems: readonly string[];
  set(draft: Draft): void;
  /** Begins anew from here. */
  begin(base: Draft, draft?: Draft): void;
  wrong(path: string, isWrong: boolean): void;
}

const text = {
  wrong: "A field is not right yet: it is marked above.",
  name: "A name is missing.",
};

export function useDraft(first: Draft, schemaOf: (kind: string) => MappingJson | undefined): DraftDesk {
  const [state, setState] = useState({ base: first, draft: first, number: 0 });
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const { base, draft, number } = state;
  const fields = formOfKind(schemaOf(String(draft["kind"])));
  return {
    draft,
    base,
    number,
    isChanged: !saysTheSame(base, draft),
    problems: [
      ...(String(draft["name"] ?? "").trim() === "" ? [text.name] : []),
      ...(wrong.length > 0 ? [text.wrong] : []),
      ...formProblems(fields, draft),
    ],
    set: (draft) => setState((before) => ({ ...before, draft })),
    begin: (base, draft = base) => {
      setWrong([]);
      setState((before) => ({ base, draft, number: before.number + 1 }));
    },
    wrong: (path, isWrong) =>
      setWrong((before) => {
        if (before.includes(path) === isWrong) return before;
        return isWrong ? [...before, path] : before.filter((other) => other !== path);
      }),
  };
}
