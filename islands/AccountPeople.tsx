import OwnAccount from "./accounts/OwnAccount.tsx";
import PeopleList from "./accounts/PeopleList.tsx";
import SessionList from "./accounts/SessionList.tsx";
import TokenList from "./accounts/TokenList.tsx";
import { type PeopleSeed, usePeople } from "./accounts/use_people.ts";
import { useLivePage } from "./live/page.ts";

/** One's own account and sessions; for the owner also everybody's, and tokens for programs. */
export default function AccountPeople(seed: PeopleSeed) {
  const page = useLivePage({});
  const desk = usePeople(page, seed);
  const own = desk.accounts.find(({ isMe }) => isMe);
  return (
    <div class="config people">
      {own && <OwnAccount desk={desk} account={own} />}
      {desk.isOwner && <PeopleList desk={desk} />}
      <SessionList desk={desk} />
      {desk.isOwner && <TokenList desk={desk} />}
    </div>
  );
}
