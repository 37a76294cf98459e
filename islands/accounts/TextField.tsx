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
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        type={type as "text"}
        defaultValue={first}
        autocomplete={autocomplete}
        required={!isOptional}
        maxLength={type === "date" ? undefined : 64}
        {...(isPlain ? { autocapitalize: "none", spellcheck: false } : {})}
        {...(props.min === undefined ? {} : { min: props.min })}
      />
      {help && <span>{help}</span>}
    </label>
  );
}
