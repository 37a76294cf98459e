import AccountSetUp from "../islands/AccountSetUp.tsx";
import type { PageHandler } from "../lib/http/mod.ts";
import { AccountsOff, Island } from "../lib/ui/mod.ts";

const text = {
  title: "Set up",
  welcome: "Welcome to CoachIQ",
  help: "Make the owner's account. The code proves that this machine is yours.",
};

/** The first account, with the code from the log. */
const setUpPage: PageHandler = ({ accounts }) => {
  const { title } = text;
  if (!accounts) return { title, body: <AccountsOff title={title} /> };
  if (accounts.isSetUp()) return { title, location: "/", body: <p>{title}</p> };
  return {
    title,
    body: (
      <div class="entrance">
        <h1>{text.welcome}</h1>
        <p class="muted">{text.help}</p>
        <Island name="AccountSetUp" of={AccountSetUp} props={{}} />
      </div>
    ),
  };
};

export default setUpPage;
