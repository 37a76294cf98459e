import { useState } from "preact/hooks";
import { askAccounts, type Refusal } from "./accounts/ask_accounts.ts";
import CodeField, { codeLength } from "./accounts/CodeField.tsx";
import RefusalNote from "./accounts/RefusalNote.tsx";
import { useWait } from "./accounts/use_wait.ts";
import { useReady } from "./live/page.ts";

const text = {
  open: "Continue",
};

/** Opens the restore page to this phone. */
export default function AccountRecovery() {
  const isReady = useReady();
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const waitS = useWait(refusal);
  const open = async () => {
    setBusy(true);
    const asked = await askAccounts("recovery", { method: "POST", body: { code }, hasProof: true });
    if ("answer" in asked) return location.replace("/settings/database");
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
        void open();
      }}
    >
      <CodeField code={code} onCode={setCode} />
      <RefusalNote refusal={refusal} waitS={waitS} />
      <button
        type="submit"
        class="button button--save button--big"
        disabled={!isReady || isBusy || waitS > 0 || code.length < codeLength}
      >
        {text.open}
      </button>
    </form>
  );
}
