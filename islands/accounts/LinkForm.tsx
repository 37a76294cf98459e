import { useState } from "preact/hooks";
import { askAccounts, type Refusal } from "./ask_accounts.ts";
import { formValues } from "./form_values.ts";
import RefusalNote from "./RefusalNote.tsx";
import TextField from "./TextField.tsx";
import { useWait } from "./use_wait.ts";

const text = {
  help: "A link to sign in with is sent to the address of your account. It works once, for a short time.",
  email: "Mail address",
  send: "Send me a link",
  sent: "If there is an account with this address, a link is on its way.",
};

/** Asks for a link by mail. Whether there is such an account is not said. */
export default function LinkForm() {
  const [isBusy, setBusy] = useState(false);
  const [isSent, setSent] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const waitS = useWait(refusal);
  const send = async (email: string) => {
    setBusy(true);
    const asked = await askAccounts("link", { method: "POST", body: { email }, hasProof: true });
    setRefusal("refused" in asked ? asked.refused : undefined);
    setSent("answer" in asked);
    setBusy(false);
  };
  if (isSent) return <p class="entrance__done" role="status">{text.sent}</p>;
  return (
    <form
      class="entrance__form"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        void send((formValues(event.currentTarget)["email"] ?? "").trim());
      }}
    >
      <p class="muted">{text.help}</p>
      <TextField label={text.email} name="email" type="email" autocomplete="email" isPlain />
      <RefusalNote refusal={refusal} waitS={waitS} />
      <button type="submit" class="button button--save button--big" disabled={isBusy || waitS > 0}>{text.send}</button>
    </form>
  );
}
