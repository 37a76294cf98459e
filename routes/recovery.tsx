import AccountRecovery from "../islands/AccountRecovery.tsx";
import type { PageHandler } from "../lib/http/mod.ts";
import { Island } from "../lib/ui/mod.ts";

const text = {
  title: "Recovery",
  problem: "CoachIQ cannot use its database",
  help:
    "The coach works as ever from its own panels and switches. To put a backup back from here, enter the code: it " +
    "proves that this machine is yours.",
};

/** In recovery mode the entrance of those who come from the network. */
const recoveryPage: PageHandler = ({ recovery, principal }) => {
  const { title } = text;
  if (!recovery) return { title, location: "/", body: <p>{title}</p> };
  if (principal.role !== null) return { title, location: "/settings/database", body: <p>{title}</p> };
  return {
    title,
    body: (
      <div class="entrance">
        <h1>{text.problem}</h1>
        <p class="muted">{text.help}</p>
        <Island name="AccountRecovery" of={AccountRecovery} props={{}} />
      </div>
    ),
  };
};

export default recoveryPage;
