import { setUpCodeText } from "../../lib/ui/mod.ts";

const text = {
  code: "Code from the log",
  help: "CoachIQ wrote it to its log when it started.",
};

/** Characters of a whole code, the dash included. */
export const codeLength = 9;

/** Takes a code from the log. */
export default function CodeField({ code, onCode }: {
  readonly code: string;
  readonly onCode: (code: string) => void;
}) {
  return (
    <label class="field">
      <span>{text.code}</span>
      <input
        class="code"
        name="code"
        autocomplete="one-time-code"
        autocapitalize="characters"
        spellcheck={false}
        required
        pattern="[A-Z0-9]{4}-[A-Z0-9]{4}"
        title="ABCD-2345"
        placeholder="••••-••••"
        value={code}
        onInput={(event) => onCode(event.currentTarget.value = setUpCodeText(event.currentTarget.value))}
      />
      <span>{text.help}</span>
    </label>
  );
}
