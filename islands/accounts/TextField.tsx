import { useId } from "preact/hooks";

interface Props {
  readonly label: string;
  /** Name in the form. */
  readonly name: string;
  readonly type?: "text" | "email" | "date";
  readonly first?: string;
  readonly help?: string;
  readonly autocomplete?: string;
  /** A name of the machine's: no capital at its beginning, no correction. */
  readonly isPlain?: boolean;
  readonly isOptional?: boolean;
  readonly min?: string;
}

/** One line of a form. */
export default function TextField(props: Props) {
  const { label, name, type = "text", first, help, autocomplete = "off", isPlain = false, isOptional = false } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type as "text"}
        defaultValue={first}
        autocomplete={autocomplete}
        required={!isOptional}
        maxLength={type === "date" ? undefined : 64}
        {...(isPlain ? { autocapitalize: "none", spellcheck: false } : {})}
        {...(help === undefined ? {} : { "aria-describedby": `${id}-help` })}
        {...(props.min === undefined ? {} : { min: props.min })}
      />
      {help && <span id={`${id}-help`}>{help}</span>}
    </div>
  );
}
