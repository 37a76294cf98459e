/**
 * A level from 0 to 100. Drawn with attributes, because the site's security policy allows no style attribute. The
 * words beside it say the same, so it is hidden from screen readers.
 */
export function Bar({ percent, tone }: { readonly percent: number | undefined; readonly tone?: string }) {
  const width = percent === undefined ? 0 : Math.min(100, Math.max(0, percent));
  return (
    <svg class={tone ? `bar bar--${tone}` : "bar"} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar__track" width="100" height="10" />
      <rect class="bar__fill" width={width} height="10" />
    </svg>
  );
}
