import { useEffect, useState } from "preact/hooks";

/** How long the second tap is waited for, ms. */
const waitMs = 5_000;

interface Props {
  readonly label: string;
  /** On the button after the first tap. */
  readonly sure: string;
  /** For those who do not see what it belongs to. */
  readonly name: string;
  readonly isDisabled: boolean;
  readonly onConfirm: () => void;
}

/** A button that acts on a second tap, and forgets the first one after a while. */
export default function TapTwice({ label, sure, name, isDisabled, onConfirm }: Props) {
  const [isAsked, setAsked] = useState(false);
  useEffect(() => {
    if (!isAsked) return;
    const timer = setTimeout(() => setAsked(false), waitMs);
    return () => clearTimeout(timer);
  }, [isAsked]);
  const words = isAsked ? sure : label;
  return (
    <button
      type="button"
      class={isAsked ? "button button--sure" : "button"}
      disabled={isDisabled}
      aria-label={`${words}: ${name}`}
      onBlur={() => setAsked(false)}
      onClick={() => {
        setAsked(!isAsked);
        if (isAsked) onConfirm();
      }}
    >
      {words}
    </button>
  );
}
