import { useEffect, useState } from "preact/hooks";
import { ageText, Icon } from "../lib/ui/mod.ts";
import type { DiscoveryView, ListeningView, MappingStatusView } from "../lib/wire/mod.ts";
import ListenCard from "./coach/ListenCard.tsx";
import Finding from "./coach/Finding.tsx";
import RefusalCard, { ReadOnlyNote } from "./coach/RefusalCard.tsx";
import { type CoachDesk, lookAt, useCoach, useFresh } from "./coach/use_coach.ts";
import { type LivePage, useLivePage } from "./live/page.ts";

const text = {
  unmapped: "Heard, and not mapped",
  unmappedHelp: "These send a state and belong to no device. Give them a name, or hold to try what they switch.",
  noUnmapped: "Everything that was heard belongs to a device.",
  silent: "Mapped, and silent",
  silentHelp: "Nothing was heard for these, or not for long: they may not be in your coach.",
  noSilent: "Every mapped device was heard.",
  missing: (messages: string) => `Not heard: ${messages}`,
  nodes: "Nodes on the bus",
  nodesHelp: "Who is there, with product and address",
};

/** The list of what is not mapped is looked at again this often, ms. */
const lookEveryMs = 5_000;

interface Props {
  readonly discovery: DiscoveryView;
  readonly listening: ListeningView;
  /** Entity id → name. */
  readonly names: Readonly<Record<string, string>>;
  readonly readOnlyBecause: string | null;
  readonly now: string;
}

/** What the bus says that the mapping does not: press a switch, see what moves, say what it is. */
export default function CoachDiscovery(props: Props) {
  const page = useLivePage({});
  const { value, refresh } = useFresh(page, props, async () => {
    const [discovery, status] = await Promise.all([
      lookAt<DiscoveryView>("discovery"),
      lookAt<MappingStatusView>("status"),
    ]);
    return discovery && status && { ...props, discovery, readOnlyBecause: status.readOnlyBecause ?? null };
  });
  const readOnlyBecause = value.readOnlyBecause ?? undefined;
  const desk = useCoach(page, { now: props.now, readOnlyBecause, refresh });
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && void refresh(), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  const { unmapped, silent } = value.discovery;
  return (
    <div class="coach">
      <ReadOnlyNote reason={readOnlyBecause} />
      <ListenCard first={props.listening} names={props.names} page={page} desk={desk} />
      <RefusalCard refusal={desk.refusal} />
      <Unmapped unmapped={unmapped} page={page} desk={desk} />
      <Silent silent={silent} />
      <ul class="rows rows--apart">
        <li>
          <a class="row" href="/can#nodes">
            <span class="row__icon">
              <Icon name="bus" />
            </span>
            <span class="row__main">
              <b>{text.nodes}</b>
              <span class="muted">{text.nodesHelp}</span>
            </span>
            <Icon name="more" class="row__more" />
          </a>
        </li>
      </ul>
    </div>
  );
}

function Unmapped(
  { unmapped, page, desk }: Pick<DiscoveryView, "unmapped"> & { readonly page: LivePage; readonly desk: CoachDesk },
) {
  const [openKey, setOpenKey] = useState<string | undefined>(undefined);
  return (
    <section aria-labelledby="unmapped">
      <h2 id="unmapped">
        {text.unmapped}
        <span class="count">{unmapped.length}</span>
      </h2>
      <p class={unmapped.length === 0 ? "empty" : "muted"}>
        {unmapped.length === 0 ? text.noUnmapped : text.unmappedHelp}
      </p>
      <ul class="findings">
        {unmapped.map((one) => (
          <Finding
            key={one.key}
            heard={one}
            says={one.says}
            note={ageText(one.ageMs)}
            isOpen={openKey === one.key}
            page={page}
            desk={desk}
            onOpen={(isOpen) => setOpenKey(isOpen ? one.key : undefined)}
          />
        ))}
      </ul>
    </section>
  );
}

function Silent({ silent }: Pick<DiscoveryView, "silent">) {
  return (
    <section aria-labelledby="silent">
      <h2 id="silent">
        {text.silent}
        <span class="count">{silent.length}</span>
      </h2>
      <p class={silent.length === 0 ? "empty" : "muted"}>{silent.length === 0 ? text.noSilent : text.silentHelp}</p>
      {silent.length > 0 && (
        <ul class="rows">
          {silent.map(({ entityId, name, missing }) => (
            <li key={entityId}>
              <a class="row" href={`/settings/coach/mapping/${entityId}`}>
                <span class="row__main">
                  <b>{name}</b>
                  <span class="muted message">{text.missing(missing.join(", "))}</span>
                </span>
                <Icon name="more" class="row__more" />
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
