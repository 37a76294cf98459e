import { useRef, useState } from "preact/hooks";

const text = {
  title: "The new token",
  once: "It is shown this once. Whoever has it may do what it may.",
  copy: "Copy",
  copied: "Copied",
  byHand: "It is marked: copy it by hand",
  done: "I have it",
};

/** The text of a token, the one time that it is shown. */
export default function NewToken({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<string>(text.copy);
  const copy = async () => {
    field.current?.select();
    setSaid(await copied(token) ? text.copied : text.byHand);
  };
  return (
    <div class="card own__secret">
      <b>{text.title}</b>
      <p class="muted">{text.once}</p>
      <input ref={field} class="own__token" aria-label={text.title} readOnly value={token} />
      <div class="actions actions--even">
        <button type="button" class="button button--save" onClick={() => void copy()}>{said}</button>
        <button type="button" class="button" onClick={onDone}>{text.done}</button>
      </div>
    </div>
  );
}

/** Browsers have no clipboard for a site without TLS; there the marked text is copied the old way. */
async function copied(token: string): Promise<boolean> {
  try {
    if (isSecureContext) {
      await navigator.clipboard.writeText(token);
      return true;
    }
    return document.execCommand("copy");
  } catch {
    return false;
  }
}
