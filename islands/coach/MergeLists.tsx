import type { MergePreviewView } from "../../lib/wire/mod.ts";

const words = {
  removed: { title: "Gone", help: "The model has it no more, and you never changed it." },
  taken: { title: "New", help: "The model's new value comes; you never changed it." },
  kept: { title: "Kept", help: "What you made stays as it is." },
} as const;

/** Longest list of one outcome. */
const shown = 200;

const text = { more: (count: number) => `and ${count} more` };

/** What happens without a question, by outcome. */
export default function MergeLists({ preview }: { readonly preview: MergePreviewView }) {
  return (
    <>
      {(["removed", "taken", "kept"] as const).map((outcome) => {
        const list = preview.changes.filter((change) => change.outcome === outcome);
        if (list.length === 0) return null;
        const { title, help } = words[outcome];
        return (
          <details key={outcome} class="card merged" data-outcome={outcome} open={outcome !== "kept"}>
            <summary>
              <b>{title}</b>
              <span class="count">{list.length}</span>
            </summary>
            <p class="muted">{help}</p>
            <ul>
              {list.slice(0, shown).map(({ path, sentence }) => <li key={path}>{sentence}</li>)}
              {list.length > shown && <li class="muted">{text.more(list.length - shown)}</li>}
            </ul>
          </details>
        );
      })}
    </>
  );
}
