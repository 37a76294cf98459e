import { useState } from "preact/hooks";
import { roleWords, usernameFrom } from "../../lib/ui/mod.ts";
import type { AccountView, Role } from "../../lib/wire/mod.ts";
import type { Refusal } from "./ask_accounts.ts";
import { endOfDay, localDate } from "./end_of_day.ts";
import { formValues } from "./form_values.ts";
import GuestThings from "./GuestThings.tsx";
import PasswordField from "./PasswordField.tsx";
import RefusalNote from "./RefusalNote.tsx";
import TextField from "./TextField.tsx";
import type { PeopleDesk } from "./use_people.ts";

const text = {
  name: "Name",
  username: "User name",
  email: "Mail address",
  emailHelp: "For links to sign in with.",
  password: "Password",
  newPassword: "New password",
  newPasswordHelp: "Empty: it stays as it is.",
  role: "May do",
  until: "Until the end of",
  untilHelp: "Empty: without an end.",
  add: "Add",
  save: "Save",
  added: (name: string) => `${name} can sign in now.`,
  saved: (name: string) => `${name} is changed.`,
};

const newRoles: readonly Role[] = ["family", "guest"];
const allRoles: readonly Role[] = ["owner", "family", "guest"];

interface Props {
  readonly desk: PeopleDesk;
  /** Absent: somebody new. */
  readonly account?: AccountView;
  readonly onDone: () => void;
}

/** Adds somebody, or changes somebody's account. */
export default function PersonForm({ desk, account, onDone }: Props) {
  const [role, setRole] = useState<Role>(account?.role ?? "family");
  const [entities, setEntities] = useState<ReadonlySet<string>>(new Set(account?.entities ?? []));
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const send = async (form: HTMLFormElement) => {
    const values = formValues(form);
    const body = draftOf(values, { role, entities, hadEnd: account?.expiresAt !== undefined });
    const name = body.name;
    setBusy(true);
    const refused = account
      ? await desk.change(`accounts/${encodeURIComponent(account.id)}`, {
        method: "PUT",
        body,
        done: text.saved(name),
      })
      : await desk.change("accounts", { method: "POST", body, done: text.added(name) });
    setRefusal(refused);
    setBusy(false);
    if (!refused) onDone();
  };
  return (
    <form
      class="own__form"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      <Names desk={desk} account={account} />
      <PasswordField
        label={account ? text.newPassword : text.password}
        name="password"
        isNew
        isOptional={account !== undefined}
      />
      {account && <p class="muted">{text.newPasswordHelp}</p>}
      <RoleChoice role={role} roles={account ? allRoles : newRoles} onChange={setRole} />
      {role === "guest" && <GuestThings choices={desk.choices} chosen={entities} onChange={setEntities} />}
      {role !== "owner" && (
        <TextField
          label={text.until}
          name="until"
          type="date"
          first={account?.expiresAt === undefined ? "" : localDate(new Date(account.expiresAt))}
          min={localDate(new Date(desk.nowMs))}
          help={text.untilHelp}
          isOptional
        />
      )}
      <RefusalNote refusal={refusal} />
      <button type="submit" class="button button--save" disabled={!desk.isReady || isBusy}>
        {account ? text.save : text.add}
      </button>
    </form>
  );
}

function Names({ desk, account }: { readonly desk: PeopleDesk; readonly account: AccountView | undefined }) {
  const [username, setUsername] = useState(account?.username ?? "");
  // What somebody typed is theirs; what was made of the name follows the name.
  const [isOwn, setOwn] = useState(account !== undefined);
  return (
    <>
      <label class="field">
        <span>{text.name}</span>
        <input
          name="name"
          autocomplete="off"
          required
          maxLength={60}
          defaultValue={account?.name}
          onInput={(event) => !isOwn && setUsername(usernameFrom(event.currentTarget.value))}
        />
      </label>
      <label class="field">
        <span>{text.username}</span>
        <input
          name="username"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          required
          maxLength={64}
          value={username}
          onInput={(event) => {
            setOwn(true);
            setUsername(event.currentTarget.value);
          }}
        />
      </label>
      {desk.me.mail && (
        <TextField
          label={text.email}
          name="email"
          type="email"
          first={account?.email ?? ""}
          help={text.emailHelp}
          isPlain
          isOptional
        />
      )}
    </>
  );
}

function RoleChoice({ role, roles, onChange }: {
  readonly role: Role;
  readonly roles: readonly Role[];
  readonly onChange: (role: Role) => void;
}) {
  return (
    <div class="field" role="group" aria-label={text.role}>
      <span>{text.role}</span>
      <div class="picks">
        {roles.map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            aria-pressed={one === role}
            onClick={() => onChange(one)}
          >
            {roleWords[one].name}
          </button>
        ))}
      </div>
      <span>{roleWords[role].help}</span>
    </div>
  );
}

/** What the form says; what is empty is left as it is, but for the end. */
function draftOf(
  values: Readonly<Record<string, string>>,
  { role, entities, hadEnd }: {
    readonly role: Role;
    readonly entities: ReadonlySet<string>;
    /** The account ends at a time: an empty field takes that away. */
    readonly hadEnd: boolean;
  },
) {
  const { name = "", username = "", email, password = "", until = "" } = values;
  return {
    name: name.trim(),
    username: username.trim().toLowerCase(),
    role,
    ...(email === undefined || email === "" ? {} : { email: email.trim() }),
    ...(password === "" ? {} : { password }),
    ...(role === "guest" ? { entities: [...entities] } : {}),
    ...(role !== "owner" && until !== "" ? { expiresAt: endOfDay(until) } : hadEnd ? { expiresAt: null } : {}),
  };
}
