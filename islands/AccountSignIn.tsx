import { useEffect, useState } from "preact/hooks";
import type { MeView } from "../lib/wire/mod.ts";
import { askAccounts, type Refusal } from "./accounts/ask_accounts.ts";
import { formValues } from "./accounts/form_values.ts";
import LinkForm from "./accounts/LinkForm.tsx";
import PasswordField from "./accounts/PasswordField.tsx";
import PinPad from "./accounts/PinPad.tsx";
import RefusalNote from "./accounts/RefusalNote.tsx";
import TextField from "./accounts/TextField.tsx";
import { useWait } from "./accounts/use_wait.ts";
import { useReady } from "./live/page.ts";

const text = {
  username: "User name",
  password: "Password",
  signIn: "Sign in",
  who: "Who is it?",
  ways: { pin: "PIN", password: "Password", link: "Link by mail" },
  linkWorks: "Signing you in with the link…",
};

interface Props {
  readonly me: MeView;
  /** Where it goes afterwards, on this site. */
  readonly to: string;
  /** The address has a link from a mail. */
  readonly hasLink: boolean;
}

type Way = keyof typeof text.ways;

/** Signs in with a password, a PIN on a device that is known, or a link from a mail. */
export default function AccountSignIn({ me, to, hasLink }: Props) {
  const hasPins = me.pinNames.length > 0;
  const [way, setWay] = useState<Way>(hasPins ? "pin" : "password");
  const proof = useProof(to);
  const [isLinkUsed, setLinkUsed] = useState(!hasLink);
  useEffect(() => {
    if (!hasLink) return;
    const link = new URLSearchParams(location.search).get("link") ?? "";
    // It works once: in the history of the browser it is of no use to anybody.
    history.replaceState(null, "", "/sign-in");
    void proof.send({ link }).then(() => setLinkUsed(true));
  }, [hasLink]);
  if (!isLinkUsed) return <p role="status">{text.linkWorks}</p>;
  const ways: readonly Way[] = [
    ...(hasPins ? ["pin" as const] : []),
    "password",
    ...(me.mail ? ["link" as const] : []),
  ];
  return (
    <>
      {ways.length > 1 && (
        <div class="picks">
          {ways.map((one) => (
            <button
              key={one}
              type="button"
              class="button"
              aria-pressed={one === way}
              onClick={() => setWay(one)}
            >
              {text.ways[one]}
            </button>
          ))}
        </div>
      )}
      {way === "pin" && <PinForm names={me.pinNames} proof={proof} />}
      {way === "password" && <PasswordForm proof={proof} />}
      {way === "link" && <LinkForm />}
    </>
  );
}

interface Proof {
  readonly refusal: Refusal | undefined;
  readonly waitS: number;
  readonly isFree: boolean;
  /** How often it was refused. */
  readonly tries: number;
  send(body: object): Promise<void>;
}

/** Sends what somebody proves with who they are, and leaves when that is right. */
function useProof(to: string): Proof {
  const isReady = useReady();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const [tries, setTries] = useState(0);
  const waitS = useWait(refusal);
  const send = async (body: object) => {
    setBusy(true);
    const asked = await askAccounts<MeView>("sign-in", { method: "POST", body, hasProof: true });
    if ("answer" in asked) return location.replace(to);
    setRefusal(asked.refused);
    setTries((count) => count + 1);
    setBusy(false);
  };
  return { refusal, waitS, isFree: isReady && !isBusy && waitS === 0, tries, send };
}

function PasswordForm({ proof }: { readonly proof: Proof }) {
  return (
    <form
      class="entrance__form"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        const { username = "", password = "" } = formValues(event.currentTarget);
        void proof.send({ username: username.trim(), password });
      }}
    >
      <TextField label={text.username} name="username" autocomplete="username" isPlain />
      <PasswordField label={text.password} name="password" />
      <RefusalNote refusal={proof.refusal} waitS={proof.waitS} />
      <button type="submit" class="button button--save button--big" disabled={!proof.isFree}>{text.signIn}</button>
    </form>
  );
}

function PinForm({ names, proof }: { readonly names: readonly string[]; readonly proof: Proof }) {
  const [username, setUsername] = useState(names[0] ?? "");
  return (
    <div class="entrance__form">
      <p class="muted">{text.who}</p>
      <div class="picks">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            class="button"
            aria-pressed={name === username}
            onClick={() => setUsername(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <RefusalNote refusal={proof.refusal} waitS={proof.waitS} />
      <PinPad
        key={username}
        isDisabled={!proof.isFree}
        tries={proof.tries}
        onPin={(pin) => void proof.send({ username, pin })}
      />
    </div>
  );
}
