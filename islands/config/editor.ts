import type { ConfigJson, ConfigKeyView } from "../../lib/wire/mod.ts";

/** What every editor of a value is given. */
export interface EditorProps {
  /** What a value may be. */
  readonly spec: Pick<ConfigKeyView, "key" | "type" | "unit" | "minimum" | "maximum" | "choices">;
  readonly label: string;
  /** Undefined: nothing is set. */
  readonly value: ConfigJson | undefined;
  readonly isDisabled: boolean;
  /** The value becomes part of something that is saved as a whole: every keystroke counts, nothing is saved here. */
  readonly isDraft?: boolean;
  readonly onChange: (value: ConfigJson) => void;
}

export const editorText = {
  save: "Save",
};
