import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { formatMoment, roleWords } from "../../lib/ui/mod.ts";
import type { AccountView } from "../../lib/wire/mod.ts";
import type { Refusal } from "./ask_accounts.ts";
import { formValues } from "./form_values.ts";
import PasswordField from "./PasswordField.tsx";
import RefusalNote from "./RefusalNote.tsx";
import TapTwice from "./TapTwice.tsx";
import TextField from "./TextField.tsx";
import { useWait } from "./use_wait.ts";
import type { PeopleDesk } from "./use_people.ts";

const text = {
  until: (moment: string) => `until ${moment}`,
  name: "Name",
  nameTitle: "Change my name",
  nameDone: "Your name is changed.",
  email: "Mail address",
  emailTitle: "Change my mail address",
  emailDone: "Your mail address is changed.",
  passwordTitle: "Change my password",
  password: "New password",
  passwordDone: "Your password is changed. Elsewhere you are signed out.",
  pinTitle: (hasPin: boolean) => hasPin ? "Change or remove my PIN" : "Choose a PIN",
  pin: "PIN",
  pinHelp: "4 to 8 digits, for devices where you signed in with the password before.",
  pinDone: "Your PIN is set.",
  pinRemove: "No PIN any more",
  pinRemoved: "Your PIN is removed.",
  present: "Present password",
  save: "Save",
  signOut: "Sign out here",
  sure: "Tap again",
};

/** One's own account: who one is, and what one may change of it. */
export default function OwnAccount({ desk, account }: { readonly desk: PeopleDesk; readonly account: AccountView }) {
  const { id, name, username, role, email, expiresAt, hasPin } = account;
  const put = (body: object, done: string) =>
    desk.change(`accounts/${encodeURIComponent(id)}`, { method: "PUT", body, hasProof: true, done });
  return (
    <section class="card own">
      <div class="card__head">
        <h2>{name}</h2>
        <span class="pill">{roleWords[role].name}</span>
      </div>
      <p class="muted">
        {[username, expiresAt && text.until(formatMoment(expiresAt, { isLocal: desk.isReady }))].filter(Boolean)
          .join(" · ")}
      </p>
      <OwnForm
        title={text.nameTitle}
        desk={desk}
        needsPassword={!desk.isOwner}
        send={(values) => put(values, text.nameDone)}
      >
        <TextField label={text.name} name="name" first={name} autocomplete="name" />
      </OwnForm>
      {desk.isOwner && desk.me.mail && (
        <OwnForm
          title={text.emailTitle}
          desk={desk}
          needsPassword
          send={(values) => put(values, text.emailDone)}
        >
          <TextField label={text.email} name="email" type="email" first={email ?? ""} isPlain isOptional />
        </OwnForm>
      )}
      <OwnForm title={text.passwordTitle} desk={desk} needsPassword send={(values) => put(values, text.passwordDone)}>
        <PasswordField label={text.password} name="password" isNew />
      </OwnForm>
      <OwnForm
        title={text.pinTitle(hasPin)}
        desk={desk}
        needsPassword
        send={(values, isRemoval) =>
          isRemoval ? put({ ...values, pin: null }, text.pinRemoved) : put(values, text.pinDone)}
        {...(hasPin ? { removal: text.pinRemove } : {})}
      >
        <PinField isOptional={hasPin} />
      </OwnForm>
      <div class="actions">
        <TapTwice
          label={text.signOut}
          sure={text.sure}
          name={name}
          isDisabled={!desk.isReady}
          onConfirm={() => void desk.signOut()}
        />
      </div>
    </section>
  );
}

function PinField({ isOptional }: { readonly isOptional: boolean }) {
  return (
    <div class="field">
      <label for="field-pin">{text.pin}</label>
      <input
        id="field-pin"
        aria-describedby="hint-pin"
        name="pin"
        type="password"
        inputMode="numeric"
        autocomplete="off"
        pattern="\d{4,8}"
        maxLength={8}
        required={!isOptional}
      />
      <span id="hint-pin">{text.pinHelp}</span>
    </div>
  );
}

interface OwnFormProps {
  readonly title: string;
  readonly desk: PeopleDesk;
  readonly needsPassword: boolean;
  /** Words of a second button that takes away what the form is about. */
  readonly removal?: string;
  readonly send: (values: object, isRemoval: boolean) => Promise<Refusal | undefined>;
  readonly children: ComponentChildren;
}

/** A form that is folded away until it is wanted, and again when it is done. */
function OwnForm({ title, desk, needsPassword, removal, send, children }: OwnFormProps) {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const waitS = useWait(refusal);
  const isDisabled = !desk.isReady || isBusy || waitS > 0;
  const submit = async (form: HTMLFormElement, isRemoval: boolean) => {
    setBusy(true);
    const refused = await send(formValues(form), isRemoval);
    setRefusal(refused);
    setBusy(false);
    if (!refused) setOpen(false);
  };
  return (
    <details class="own__part" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && (
        <form
          class="own__form"
          method="post"
          onSubmit={(event) => {
            event.preventDefault();
            const isRemoval = (event.submitter as HTMLButtonElement | null)?.name === "removal";
            void submit(event.currentTarget, isRemoval);
          }}
        >
          {children}
          {needsPassword && <PasswordField label={text.present} name="presentPassword" />}
          <RefusalNote refusal={refusal} waitS={waitS} />
          <div class="actions actions--even">
            <button type="submit" class="button button--save" disabled={isDisabled}>{text.save}</button>
            {removal !== undefined && (
              <button type="submit" name="removal" class="button" disabled={isDisabled}>{removal}</button>
            )}
          </div>
        </form>
      )}
    </details>
  );
}
