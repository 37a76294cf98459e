import { useState } from "preact/hooks";
import { askAccounts, type Refusal } from "./accounts/ask_accounts.ts";
import CodeField, { codeLength } from "./accounts/CodeField.tsx";
import { formValues } from "./accounts/form_values.ts";
import PasswordField from "./accounts/PasswordField.tsx";
import RefusalNote from "./accounts/RefusalNote.tsx";
import TextField from "./accounts/TextField.tsx";
import { useWait } from "./accounts/use_wait.ts";
import { useReady } from "./live/page.ts";

const text = {
  name: "Your name",
  username: "User name",
  usernameHelp: "You sign in with it. Small letters and digits.",
  password: "Password",
  make: "Make my account",
};

/** Makes the owner's account. */
export default function AccountSetUp() {
  const isReady = useReady();
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const waitS = useWait(refusal);
  const make = async (form: HTMLFormElement) => {
    const { name = "", username = "", password = "" } = formValues(form);
    setBusy(true);
    const account = { name: name.trim(), username: username.trim().toLowerCase(), password };
    const asked = await askAccounts("set-up", { method: "POST", body: { code, account }, hasProof: true });
    if ("answer" in asked) return location.replace("/");
    setRefusal(asked.refused);
    setBusy(false);
  };
  return (
    <form
      class="entrance__form"
      // Before the page is alive nothing is sent; should it be, then not in an address.
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        void make(event.currentTarget);
      }}
    >
      <CodeField code={code} onCode={setCode} />
      <TextField label={text.name} name="name" autocomplete="name" />
      <TextField label={text.username} name="username" autocomplete="username" help={text.usernameHelp} isPlain />
      <PasswordField label={text.password} name="password" isNew />
      <RefusalNote refusal={refusal} waitS={waitS} />
      <button
        type="submit"
        class="button button--save button--big"
        disabled={!isReady || isBusy || waitS > 0 || code.length < codeLength}
      >
        {text.make}
      </button>
    </form>
  );
}
