import { formatMoment } from "../../lib/ui/mod.ts";
import { formatAge, type SessionView } from "../../lib/wire/mod.ts";
import TapTwice from "./TapTwice.tsx";
import type { PeopleDesk } from "./use_people.ts";

const text = {
  title: "Signed in",
  here: "This device",
  seen: (age: string) => `seen ${age} ago`,
  since: (moment: string) => `since ${moment}`,
  out: "Sign out there",
  sure: "Tap again",
  done: (device: string) => `${device} is signed out.`,
};

/** Where one is signed in; for the owner where everybody is. */
export default function SessionList({ desk }: { readonly desk: PeopleDesk }) {
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{text.title}</h2>
      <ul class="rows">
        {desk.sessions.map((session) => (
          <li key={session.id} class="row" data-session={session.id}>
            <Session desk={desk} session={session} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Session({ desk, session }: { readonly desk: PeopleDesk; readonly session: SessionView }) {
  const { id, accountName, device, address, createdAt, lastSeenAt, isThis } = session;
  const seen = text.seen(formatAge(Math.max(0, desk.nowMs - Date.parse(lastSeenAt))));
  return (
    <>
      <span class="row__main">
        <b>{desk.isOwner ? `${accountName} · ${device}` : device}</b>
        <span class="muted">{isThis ? text.here : `${address} · ${seen}`}</span>
        <span class="muted">{text.since(formatMoment(createdAt, { isLocal: desk.isReady }))}</span>
      </span>
      {!isThis && (
        <TapTwice
          label={text.out}
          sure={text.sure}
          name={device}
          isDisabled={!desk.isReady}
          onConfirm={() =>
            void desk.change(`sessions/${encodeURIComponent(id)}`, { method: "DELETE", done: text.done(device) })}
        />
      )}
    </>
  );
}
