import { useRef, useState } from "preact/hooks";
import { type Draft, type TrialButton, trialButtons } from "../../lib/ui/mod.ts";
import type { CommandResult } from "../../lib/wire/mod.ts";
import type { LivePage } from "../live/page.ts";
import { holdHandlers, useEndWhenAway } from "../parts/hold_handlers.ts";
import { askCoach, jsonRequest } from "./ask_coach.ts";

/** The trial begins after so long, ms: a finger that slips tries nothing. */
const firstUseMs = 800;
/** What moves is told to go on this often, ms; it stops without it. */
const renewEveryMs = 250;

/** A reason that the owner's word may clear, in the words of the safety rules. */
const asksForParked = /parked/i;

const text = {
  help: "It is on, or moves, for as long as you hold, ten seconds at most. Look what does.",
  on: "It is on. Look what moves or lights up.",
  confirmed: "Its controller confirms.",
  notConfirmed: "Sent, but its controller did not confirm.",
  refused: (reasons: string) => `Refused. ${reasons}`,
  early: "Hold the button longer.",
  failed: "CoachIQ cannot be reached.",
};

interface Props {
  readonly page: LivePage;
  readonly definition: Draft;
  readonly isDisabled: boolean;
}

/** Tries an output that nothing maps, for as long as a button is held. */
export default function TrialButtons({ page, definition, isDisabled }: Props) {
  const buttons = trialButtons(String(definition["kind"]));
  if (buttons.length === 0) return null;
  return (
    <div class="trial">
      <div class="actions actions--even">
        {buttons.map((button) => <Trial key={button.command} {...{ page, definition, isDisabled, button }} />)}
      </div>
      <p class="muted">{text.help}</p>
    </div>
  );
}

function Trial({ button, isDisabled, ...rest }: Props & { readonly button: TrialButton }) {
  const { phase, begin, end } = useTrial(button, rest);
  return (
    <button
      type="button"
      class={["button trial__button asks-hold", phase !== "idle" && "is-holding", phase === "on" && "is-held"]
        .filter(Boolean).join(" ")}
      disabled={isDisabled}
      data-trial={button.command}
      {...holdHandlers({ begin, end })}
    >
      {button.label}
    </button>
  );
}

/** Sends the command once it is held long enough, and the end of it when it is let go, for whatever reason. */
function useTrial(button: TrialButton, { page, definition }: Omit<Props, "isDisabled">) {
  const [phase, setPhase] = useState<"idle" | "waiting" | "on">("idle");
  const timers = useRef<{ first?: ReturnType<typeof setTimeout>; renew?: ReturnType<typeof setInterval> }>({});
  const send = async (command: string) => {
    const parked = page.desk.isParkedSaid();
    const asked = await askCoach<CommandResult>("discovery/try", {
      ...jsonRequest("POST", { definition, command, parked }),
      // The end must go out even when the page is being left.
      keepalive: true,
    });
    return "answer" in asked ? asked.answer : { outcome: "refused" as const, reasons: [asked.refused.sentence] };
  };
  const start = async () => {
    delete timers.current.first;
    timers.current.renew = setInterval(() => button.moves && void send(button.command), renewEveryMs);
    setPhase("on");
    page.desk.announce(text.on, "quiet");
    const { outcome, reasons } = await send(button.command);
    // It was let go meanwhile: on another connection the end may have been quicker than the beginning.
    if (timers.current.renew === undefined && button.end !== undefined) void send(button.end);
    if (outcome === "confirmed") page.desk.announce(text.confirmed, "done");
    if (outcome === "notConfirmed") page.desk.announce(text.notConfirmed, "problem");
    if (outcome === "refused") {
      clearInterval(timers.current.renew);
      const said = reasons.join(" ");
      // The owner's word helps only where the coach does not know it itself.
      const offersParked = asksForParked.test(said) && !page.desk.isParkedSaid();
      page.desk.announce(text.refused(said), "problem", { offersParked });
    }
  };
  const begin = () => {
    if (timers.current.first !== undefined || timers.current.renew !== undefined) return;
    setPhase("waiting");
    timers.current.first = setTimeout(() => void start(), firstUseMs);
  };
  const end = () => {
    const { first, renew } = timers.current;
    clearTimeout(first);
    clearInterval(renew);
    timers.current = {};
    setPhase("idle");
    if (first !== undefined) page.desk.announce(text.early, "problem");
    if (renew !== undefined && button.end !== undefined) void send(button.end);
  };
  useEndWhenAway(phase !== "idle", end);
  return { phase, begin, end };
}
