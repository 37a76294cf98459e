import { useState } from "preact/hooks";
import { formatMoment, scopeWords } from "../../lib/ui/mod.ts";
import { formatAge, type TokenView } from "../../lib/wire/mod.ts";
import { endOfDay, localDate } from "./end_of_day.ts";
import { formValues } from "./form_values.ts";
import NewToken from "./NewToken.tsx";
import TapTwice from "./TapTwice.tsx";
import TextField from "./TextField.tsx";
import type { PeopleDesk } from "./use_people.ts";

const text = {
  title: "Tokens for programs",
  none: "No program has a token.",
  make: "Make a token",
  cancel: "Cancel",
  name: "Name of the program",
  scope: "May do",
  until: "Until the end of",
  untilHelp: "Empty: until you take it away.",
  made: (name: string) => `The token ${name} is made.`,
  never: "never used",
  used: (age: string) => `used ${age} ago`,
  ends: (moment: string) => `until ${moment}`,
  revoke: "Take away",
  sure: "Tap again",
  revoked: (name: string) => `The token ${name} is of no use any more.`,
};

const scopes: readonly TokenView["scope"][] = ["look", "control", "owner"];

/** Tokens: made, shown once, taken away. */
export default function TokenList({ desk }: { readonly desk: PeopleDesk }) {
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">{text.title}</h2>
      {made !== undefined && <NewToken token={made} onDone={() => setMade(undefined)} />}
      {desk.tokens.length === 0 ? <p class="empty">{text.none}</p> : (
        <ul class="rows">
          {desk.tokens.map((token) => <Token key={token.id} desk={desk} token={token} />)}
        </ul>
      )}
      {isMaking && (
        <TokenForm
          desk={desk}
          onMade={(secret) => {
            setMade(secret);
            setMaking(false);
          }}
        />
      )}
      <div class="actions">
        <button type="button" class="button" disabled={!desk.isReady} onClick={() => setMaking(!isMaking)}>
          {isMaking ? text.cancel : text.make}
        </button>
      </div>
    </section>
  );
}

function Token({ desk, token }: { readonly desk: PeopleDesk; readonly token: TokenView }) {
  const { id, name, scope, hint, expiresAt, lastUsedAt } = token;
  const facts = [
    `${hint}…`,
    lastUsedAt === undefined ? text.never : text.used(formatAge(Math.max(0, desk.nowMs - Date.parse(lastUsedAt)))),
    expiresAt === undefined ? undefined : text.ends(formatMoment(expiresAt, { isLocal: desk.isReady })),
  ];
  return (
    <li class="row" data-token={name}>
      <span class="row__main">
        <b>{name}</b>
        <span class="muted">{scopeWords[scope].name}</span>
        <span class="muted">{facts.filter((fact) => fact !== undefined).join(" · ")}</span>
      </span>
      <TapTwice
        label={text.revoke}
        sure={text.sure}
        name={name}
        isDisabled={!desk.isReady}
        onConfirm={() =>
          void desk.change(`tokens/${encodeURIComponent(id)}`, { method: "DELETE", done: text.revoked(name) })}
      />
    </li>
  );
}

function TokenForm({ desk, onMade }: { readonly desk: PeopleDesk; readonly onMade: (secret: string) => void }) {
  const [scope, setScope] = useState<TokenView["scope"]>("look");
  const [isBusy, setBusy] = useState(false);
  const make = async (form: HTMLFormElement) => {
    const { name = "", until = "" } = formValues(form);
    const body = { name: name.trim(), scope, ...(until === "" ? {} : { expiresAt: endOfDay(until) }) };
    setBusy(true);
    const asked = await desk.make<{ readonly text: string }>("tokens", {
      method: "POST",
      body,
      done: text.made(body.name),
    });
    setBusy(false);
    if ("answer" in asked) onMade(asked.answer.text);
  };
  return (
    <form
      class="card own__form own__new"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        void make(event.currentTarget);
      }}
    >
      <TextField label={text.name} name="name" />
      <div class="field" role="group" aria-label={text.scope}>
        <span>{text.scope}</span>
        <div class="picks">
          {scopes.map((one) => (
            <button
              key={one}
              type="button"
              class="button"
              aria-pressed={one === scope}
              onClick={() => setScope(one)}
            >
              {scopeWords[one].name}
            </button>
          ))}
        </div>
        <span>{scopeWords[scope].help}</span>
      </div>
      <TextField
        label={text.until}
        name="until"
        type="date"
        min={localDate(new Date(desk.nowMs))}
        help={text.untilHelp}
        isOptional
      />
      <button type="submit" class="button button--save" disabled={!desk.isReady || isBusy}>{text.make}</button>
    </form>
  );
}
