import { useId, useState } from "preact/hooks";
import { shortestPassword } from "../../lib/ui/mod.ts";

const text = {
  show: "Show",
  hide: "Hide",
  showName: (label: string) => `Show: ${label}`,
  hideName: (label: string) => `Hide: ${label}`,
  hint: `At least ${shortestPassword} characters. Several words are good.`,
  more: (count: number) => count === 1 ? "One character more." : `${count} characters more.`,
  enough: "Long enough.",
};

interface Props {
  readonly label: string;
  /** Name in the form. */
  readonly name: string;
  /** A new one is measured, and offered by the phone; the present one is filled in. */
  readonly isNew?: boolean;
  readonly isOptional?: boolean;
}

/** A password that can be looked at while it is typed. */
export default function PasswordField({ label, name, isNew = false, isOptional = false }: Props) {
  const [isShown, setShown] = useState(false);
  const id = useId();
  const [length, setLength] = useState(0);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="password">
        <input
          id={id}
          name={name}
          type={(isShown ? "text" : "password") as "password"}
          autocomplete={isNew ? "new-password" : "current-password"}
          autocapitalize="none"
          spellcheck={false}
          required={!isOptional}
          maxLength={200}
          {...(isNew ? { minLength: shortestPassword, "aria-describedby": `${id}-hint` } : {})}
          onInput={(event) => setLength(event.currentTarget.value.length)}
        />
        <button
          type="button"
          class="button"
          aria-label={isShown ? text.hideName(label) : text.showName(label)}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? text.hide : text.show}
        </button>
      </span>
      {isNew && (
        <span id={`${id}-hint`} class={length >= shortestPassword ? "is-good" : undefined}>
          {length === 0 ? text.hint : length < shortestPassword ? text.more(shortestPassword - length) : text.enough}
        </span>
      )}
    </div>
  );
}
