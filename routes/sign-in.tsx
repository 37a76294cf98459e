import AccountSignIn from "../islands/AccountSignIn.tsx";
import type { PageHandler } from "../lib/http/mod.ts";
import { AccountsOff, Island } from "../lib/ui/mod.ts";
import { localPath } from "../lib/wire/mod.ts";

const text = {
  title: "Sign in",
};

/** The entrance for those who have an account. */
const signInPage: PageHandler = ({ accounts, principal, url }) => {
  const { title } = text;
  const to = localPath(url.searchParams.get("to"));
  if (!accounts) return { title, body: <AccountsOff title={title} /> };
  if (principal.role !== null) return { title, location: to, body: <p>{title}</p> };
  if (!accounts.isSetUp()) return { title, location: "/set-up", body: <p>{title}</p> };
  // The page itself never holds the link: the phone reads it from its own address.
  const hasLink = url.searchParams.has("link");
  return {
    title,
    body: (
      <div class="entrance">
        <h1>{title}</h1>
        <Island name="AccountSignIn" of={AccountSignIn} props={{ me: accounts.me(principal), to, hasLink }} />
      </div>
    ),
  };
};

export default signInPage;
