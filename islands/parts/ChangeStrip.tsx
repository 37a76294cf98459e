import { type HistoryCourse, humanize } from "../../lib/wire/mod.ts";

const text = {
  on: "On",
  off: "Off",
  none: "No value",
  strip: "When it had which value",
  more: (count: number) => `${count} changes before`,
};

/** Changes written out, newest first. */
const listed = 8;
/** Colours of their own; further texts share the last. */
const tones = 5;

/** The changes of a text or a switch, as a strip of colours and in words. */
export default function ChangeStrip({ course }: { readonly course: HistoryCourse }) {
  const fromMs = Date.parse(course.from);
  const spanMs = Date.parse(course.to) - fromMs;
  const placeOf = (at: string) => Math.min(100, Math.max(0, (Date.parse(at) - fromMs) / spanMs * 100));
  const values = [...new Set(course.changes.map(({ value }) => value))];
  const words = values.filter((value) => value !== null && value !== "false");
  const toneOf = (value: string | null) =>
    value === null ? "tone-none" : value === "false" ? "tone-off" : `tone-${Math.min(words.indexOf(value), tones)}`;
  const newest = course.changes.slice(-listed).reverse();
  return (
    <>
      <svg class="strip" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={text.strip}>
        {course.changes.map(({ at, value }, i) => {
          const next = course.changes[i + 1];
          const x = placeOf(at);
          return (
            <rect
              key={`${at}:${i}`}
              class={toneOf(value)}
              x={x}
              width={(next ? placeOf(next.at) : 100) - x}
              height="10"
            />
          );
        })}
      </svg>
      <p class="strip__times">
        <span>{momentOf(course.from)}</span>
        <span>{momentOf(course.to)}</span>
      </p>
      <ul class="legend">
        {values.map((value) => <li key={value ?? text.none} class={toneOf(value)}>{wordsOf(value)}</li>)}
      </ul>
      <ol class="changes">
        {newest.map(({ at, value }, i) => (
          <li key={`${at}:${i}`}>
            <span>{wordsOf(value)}</span>
            <span class="muted">{momentOf(at)}</span>
          </li>
        ))}
      </ol>
      {course.changes.length > listed && <p class="muted">{text.more(course.changes.length - listed)}</p>}
    </>
  );
}

function wordsOf(value: string | null): string {
  if (value === null) return text.none;
  if (value === "true" || value === "false") return value === "true" ? text.on : text.off;
  const words = humanize(value);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A moment of a course in the phone's time. */
export function momentOf(iso: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(iso));
}
