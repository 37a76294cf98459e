import AccountPeople from "../../islands/AccountPeople.tsx";
import type { PageHandler } from "../../lib/http/mod.ts";
import { AccountsOff, Island, SubPage } from "../../lib/ui/mod.ts";

const text = {
  title: "People",
  own: "Your account",
  back: "To the settings",
  home: "To the coach",
};

/** Who may use the coach: one's own account for everybody, all of them for the owner. */
const peoplePage: PageHandler = ({ accounts, principal, services }) => {
  if (!accounts) return { title: text.title, section: "settings", body: <AccountsOff title={text.title} /> };
  const isOwner = principal.role === "owner";
  const title = isOwner ? text.title : text.own;
  const props = {
    me: accounts.me(principal),
    accounts: accounts.accounts(principal),
    sessions: accounts.sessions(principal),
    tokens: isOwner ? accounts.tokens(principal) : [],
    choices: isOwner
      ? services.entities().filter(({ hidden }) => !hidden).map(({ id, name, area }) => ({ id, name, area }))
      : [],
    now: new Date().toISOString(),
  };
  // A guest has no settings to go back to.
  const back = principal.role === "guest" ? { href: "/", label: text.home } : { href: "/settings", label: text.back };
  return {
    title,
    section: "settings",
    body: (
      <SubPage title={title} back={back}>
        <Island name="AccountPeople" of={AccountPeople} props={props} />
      </SubPage>
    ),
  };
};

export default peoplePage;
