import { useState } from "preact/hooks";
import { formatMoment, Icon, roleWords } from "../../lib/ui/mod.ts";
import type { AccountView } from "../../lib/wire/mod.ts";
import PersonForm from "./PersonForm.tsx";
import TapTwice from "./TapTwice.tsx";
import type { PeopleDesk } from "./use_people.ts";

const text = {
  title: "People",
  alone: "Nobody else has an account.",
  add: "Add somebody",
  cancel: "Cancel",
  things: (count: number) => count === 1 ? "one thing" : `${count} things`,
  until: (moment: string) => `until ${moment}`,
  over: (moment: string) => `ended ${moment}`,
  remove: "Remove",
  sure: "Tap again to remove",
  removed: (name: string) => `${name} has no account any more.`,
};

/** Everybody else with an account, for the owner. */
export default function PeopleList({ desk }: { readonly desk: PeopleDesk }) {
  const [isAdding, setAdding] = useState(false);
  const others = desk.accounts.filter(({ isMe }) => !isMe);
  return (
    <section aria-labelledby="people">
      <h2 id="people">{text.title}</h2>
      {others.length === 0 && !isAdding && <p class="empty">{text.alone}</p>}
      {others.length > 0 && (
        <ul class="rows">
          {others.map((account) => <li key={account.id}>{<Person desk={desk} account={account} />}</li>)}
        </ul>
      )}
      {isAdding && (
        <div class="card own__new">
          <PersonForm desk={desk} onDone={() => setAdding(false)} />
        </div>
      )}
      <div class="actions">
        <button type="button" class="button" disabled={!desk.isReady} onClick={() => setAdding(!isAdding)}>
          {isAdding ? text.cancel : text.add}
        </button>
      </div>
    </section>
  );
}

function Person({ desk, account }: { readonly desk: PeopleDesk; readonly account: AccountView }) {
  const [isOpen, setOpen] = useState(false);
  const { id, name, username } = account;
  return (
    <details
      class="backup"
      data-account={username}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary class="row">
        <span class="row__main">
          <b>{name}</b>
          <span class="muted">{username}</span>
        </span>
        <span class="row__side">
          <span>{roleWords[account.role].name}</span>
          <span class="muted">{limitsOf(account, desk)}</span>
        </span>
        <Icon name="more" class="backup__more" />
      </summary>
      {isOpen && (
        <div class="backup__body">
          <PersonForm desk={desk} account={account} onDone={() => setOpen(false)} />
          <div class="actions">
            <TapTwice
              label={text.remove}
              sure={text.sure}
              name={name}
              isDisabled={!desk.isReady}
              onConfirm={() =>
                void desk.change(`accounts/${encodeURIComponent(id)}`, { method: "DELETE", done: text.removed(name) })}
            />
          </div>
        </div>
      )}
    </details>
  );
}

function limitsOf({ role, entities, expiresAt }: AccountView, { isReady, nowMs }: PeopleDesk): string {
  const end = expiresAt === undefined ? undefined : formatMoment(expiresAt, { isLocal: isReady });
  return [
    role === "guest" ? text.things(entities?.length ?? 0) : undefined,
    end === undefined ? undefined : Date.parse(expiresAt ?? "") < nowMs ? text.over(end) : text.until(end),
  ].filter((words) => words !== undefined).join(" · ");
}
