import { Icon } from "../../lib/ui/mod.ts";
import type { ProposalView } from "../../lib/wire/mod.ts";
import type { LivePage } from "../live/page.ts";
import TrialButtons from "./TrialButtons.tsx";
import type { CoachDesk } from "./use_coach.ts";

const text = {
  from: (address: string, name: string) => `from ${address} on ${name}`,
  instance: (instance: number) => `instance ${instance}`,
  name: "This is …",
  nothing: "CoachIQ has no idea what this could be. It can be added by hand.",
};

interface Props {
  readonly heard: {
    readonly key: string;
    readonly interface: string;
    readonly sourceAddress: string;
    readonly message: string;
    readonly instance?: number;
    readonly proposal?: ProposalView;
  };
  /** What it says, or how it moved. */
  readonly says: string;
  /** Said beside where it comes from. */
  readonly note?: string;
  /** The most likely one. */
  readonly isFirst?: boolean;
  readonly isOpen: boolean;
  readonly page: LivePage;
  readonly desk: CoachDesk;
  readonly onOpen: (isOpen: boolean) => void;
}

/** Something that was heard and belongs to no device: a tap shows what can be done with it. */
export default function Finding({ heard, says, note, isFirst = false, isOpen, page, desk, onOpen }: Props) {
  const { proposal } = heard;
  return (
    <li class={isFirst ? "card finding finding--first" : "card finding"} data-finding={heard.key}>
      <button
        type="button"
        class="finding__head"
        aria-expanded={isOpen}
        disabled={!desk.isReady}
        onClick={() => onOpen(!isOpen)}
      >
        <span class="row__main">
          <b class="finding__says">{says}</b>
          <span class="muted message">
            {heard.message}
            {heard.instance !== undefined && `, ${text.instance(heard.instance)}`}
          </span>
          <span class="muted">
            {text.from(heard.sourceAddress, heard.interface)}
            {note !== undefined && `, ${note}`}
          </span>
        </span>
        <Icon name="more" class="row__more" />
      </button>
      {isOpen && (
        <div class="finding__body">
          {!proposal && <p class="muted">{text.nothing}</p>}
          {proposal && <a class="button button--accent button--wide" href={addressOf(heard.key)}>{text.name}</a>}
          {proposal?.tryable && <TrialButtons page={page} definition={proposal.definition} isDisabled={!desk.isFree} />}
        </div>
      )}
    </li>
  );
}

function addressOf(key: string): string {
  return `/settings/coach/add?from=${encodeURIComponent(key)}`;
}
