import { configValueWords } from "../../lib/ui/mod.ts";
import type { EditorProps } from "./editor.ts";

/** On or off, at a tap. */
export default function SwitchEditor({ label, value, isDisabled, onChange }: EditorProps) {
  const isOn = value === true;
  return (
    <button
      type="button"
      role="switch"
      class="button toggle"
      aria-checked={isOn}
      aria-label={label}
      disabled={isDisabled}
      onClick={() => onChange(!isOn)}
    >
      <span class="toggle__track" aria-hidden="true" />
      <span>{configValueWords(isOn)}</span>
    </button>
  );
}
