import type { ComponentChildren } from "preact";
import type { FrameView } from "../../lib/wire/mod.ts";

/** What of the trace is shown; empty texts let everything through. */
export interface FrameFilter {
  /** Part of a DGN or of a row's name. */
  readonly message: string;
  readonly source: string;
  readonly interface: string;
  readonly direction: "" | "rx" | "tx";
}

export const emptyFilter: FrameFilter = { message: "", source: "", interface: "", direction: "" };

const text = {
  message: "DGN or name",
  source: "Source",
  interface: "Interface",
  direction: "Direction",
  both: "Both ways",
  rx: "Received",
  tx: "Sent",
};

export function matches(filter: FrameFilter, frame: FrameView): boolean {
  const wanted = filter.message.trim().toUpperCase();
  if (wanted !== "" && !frame.dgn.includes(wanted) && !(frame.name ?? "").includes(wanted)) return false;
  if (filter.source.trim() !== "" && frame.sourceAddress !== filter.source.trim().toUpperCase()) return false;
  if (filter.interface.trim() !== "" && !frame.interface.includes(filter.interface.trim())) return false;
  return filter.direction === "" || frame.direction === filter.direction;
}

interface Props {
  readonly filter: FrameFilter;
  readonly onChange: (filter: FrameFilter) => void;
  readonly isDisabled: boolean;
  readonly children: ComponentChildren;
}

/** The fields of the filter in one row. */
export default function FrameFilterForm({ filter, onChange, isDisabled, children }: Props) {
  const field = (key: "message" | "source" | "interface", size: number) => (
    <label class={`field field--${key}`}>
      <span>{text[key]}</span>
      <input
        type="text"
        size={size}
        autocomplete="off"
        spellcheck={false}
        value={filter[key]}
        disabled={isDisabled}
        onInput={(event) => onChange({ ...filter, [key]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form class="filter" onSubmit={(event) => event.preventDefault()}>
      {field("message", 12)}
      {field("source", 3)}
      {field("interface", 5)}
      <label class="field field--direction">
        <span>{text.direction}</span>
        <select
          disabled={isDisabled}
          value={filter.direction}
          onChange={(event) =>
            onChange({ ...filter, direction: event.currentTarget.value as FrameFilter["direction"] })}
        >
          <option value="">{text.both}</option>
          <option value="rx">{text.rx}</option>
          <option value="tx">{text.tx}</option>
        </select>
      </label>
      {children}
    </form>
  );
}
