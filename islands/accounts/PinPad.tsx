import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../lib/ui/mod.ts";

const text = {
  typed: (count: number) => count === 1 ? "One digit" : `${count} digits`,
  back: "Take the last digit back",
  enter: "Sign in",
};

/** A PIN has this many digits. */
const shortest = 4;
const longest = 8;
const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

interface Props {
  readonly isDisabled: boolean;
  /** Changes when the digits are to be forgotten. */
  readonly tries: number;
  readonly onPin: (pin: string) => void;
}

/** Big keys for a PIN, for a thumb in the dark. A keyboard works as well. */
export default function PinPad({ isDisabled, tries, onPin }: Props) {
  const [pin, setPin] = useState("");
  useEffect(() => setPin(""), [tries]);
  const add = (digit: string) => setPin((before) => `${before}${digit}`.slice(0, longest));
  const takeBack = () => setPin((before) => before.slice(0, -1));
  const enter = () => pin.length >= shortest && onPin(pin);
  useEffect(() => {
    if (isDisabled) return;
    const onKey = (event: KeyboardEvent) => {
      // A key that is aimed at a button does what the button does.
      if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^\d$/.test(event.key)) add(event.key);
      if (event.key === "Backspace") takeBack();
      if (event.key === "Enter") enter();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  return (
    <div class="pin">
      <p class="pin__dots" role="status" aria-label={text.typed(pin.length)}>
        {Array.from(
          { length: Math.max(shortest, pin.length) },
          (_, at) => <span key={at} class={at < pin.length ? "is-typed" : undefined} />,
        )}
      </p>
      <div class="pin__keys">
        {digits.map((digit) => (
          <button
            key={digit}
            type="button"
            class="button"
            disabled={isDisabled}
            onClick={() => add(digit)}
          >
            {digit}
          </button>
        ))}
        <button type="button" class="button" disabled={isDisabled} aria-label={text.back} onClick={takeBack}>
          <Icon name="back" />
        </button>
        <button type="button" class="button" disabled={isDisabled} onClick={() => add("0")}>0</button>
        <button
          type="button"
          class="button button--save"
          disabled={isDisabled || pin.length < shortest}
          aria-label={text.enter}
          onClick={enter}
        >
          <Icon name="check" />
        </button>
      </div>
    </div>
  );
}
