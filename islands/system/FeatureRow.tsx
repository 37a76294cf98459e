import { featureStateWords } from "../../lib/ui/mod.ts";
import type { FeatureView } from "../../lib/wire/mod.ts";
import type { SystemDesk } from "./use_system.ts";

const text = {
  restart: "Only a restart switches it.",
  needs: (names: string) => `Needs ${names}.`,
  restarted: (count: number) => count === 1 ? "Tried again once." : `Tried again ${count} times.`,
};

const tones: Readonly<Record<FeatureView["state"], string>> = {
  off: "pill",
  starting: "pill",
  running: "pill pill--good",
  failed: "pill pill--bad",
  blocked: "pill pill--warning",
};

/** One optional part of the program: what it does, how it is, and its switch. */
export default function FeatureRow({ feature, desk }: { readonly feature: FeatureView; readonly desk: SystemDesk }) {
  const { name, title, description, state, enabled, switchable, reason, restarts, dependsOn, problems } = feature;
  const titleOf = (needed: string) => desk.system.features.find((one) => one.name === needed)?.title ?? needed;
  const isTroubled = state === "failed" || state === "blocked";
  return (
    <li class="row feature" data-feature={name}>
      <span class="row__main">
        <span class="feature__name">
          <b>{title}</b>
          <span class={tones[state]}>{featureStateWords[state]}</span>
        </span>
        <span class="muted">{description}</span>
        {isTroubled && reason !== undefined && <span class="feature__reason">{sentence(reason)}</span>}
        {state === "failed" && restarts > 0 && <span class="muted">{text.restarted(restarts)}</span>}
        {problems.map(({ what, todo }) => <span key={what} class="feature__reason">{`${what} ${todo}`}</span>)}
        {!enabled && dependsOn.length > 0 && <span class="muted">{text.needs(dependsOn.map(titleOf).join(", "))}</span>}
        {!switchable && <span class="muted">{text.restart}</span>}
      </span>
      {switchable && desk.isOwner && (
        <button
          type="button"
          role="switch"
          class="button toggle toggle--bare"
          aria-checked={enabled}
          aria-label={title}
          disabled={!desk.isReady || desk.switching !== undefined}
          onClick={() => void desk.switchFeature(feature, !enabled)}
        >
          <span class="toggle__track" aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

/** Reasons come as the end of a sentence. */
function sentence(reason: string): string {
  const whole = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
