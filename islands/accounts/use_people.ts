import { useRef, useState } from "preact/hooks";
import type { AccountView, MeView, SessionView, TokenView } from "../../lib/wire/mod.ts";
import { type LivePage, useReady } from "../live/page.ts";
import { askAccounts, type Refusal } from "./ask_accounts.ts";

/** What a guest can be given, as the list names it. */
export interface GuestChoice {
  readonly id: string;
  readonly name: string;
  readonly area: string;
}

/** What the page was rendered with. */
export interface PeopleSeed {
  readonly me: MeView;
  readonly accounts: readonly AccountView[];
  readonly sessions: readonly SessionView[];
  readonly tokens: readonly TokenView[];
  /** For the owner: what guests can be given. */
  readonly choices: readonly GuestChoice[];
  /** The coach's time, ISO 8601: ages count from it, whatever the phone's clock says. */
  readonly now: string;
}

/** People, sessions and tokens as the parts of the page need them. */
export interface PeopleDesk {
  readonly me: MeView;
  readonly isOwner: boolean;
  readonly accounts: readonly AccountView[];
  readonly sessions: readonly SessionView[];
  readonly tokens: readonly TokenView[];
  readonly choices: readonly GuestChoice[];
  readonly isReady: boolean;
  /** The coach's time, ms. */
  readonly nowMs: number;
  /** Undefined: it was done. */
  change(path: string, options: Change): Promise<Refusal | undefined>;
  /** As `change`, with what was answered. */
  make<T>(path: string, options: Change): Promise<{ readonly answer: T } | { readonly refused: Refusal }>;
  signOut(): Promise<void>;
}

interface Change {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly body?: object;
  readonly hasProof?: boolean;
  /** Said when it worked. */
  readonly done: string;
}

/** Everything of the page, read again after each change. */
export function usePeople(page: LivePage, seed: PeopleSeed): PeopleDesk {
  const isReady = useReady();
  const [lists, setLists] = useState<Pick<PeopleSeed, "accounts" | "sessions" | "tokens">>(seed);
  const start = useRef({ coachMs: Date.parse(seed.now), pageMs: page.nowMs.peek() });
  const refresh = async () => {
    const [accounts, sessions, tokens] = await Promise.all([
      askAccounts<readonly AccountView[]>("accounts"),
      askAccounts<readonly SessionView[]>("sessions"),
      askAccounts<readonly TokenView[]>("tokens"),
    ]);
    setLists((before) => ({
      accounts: "answer" in accounts ? accounts.answer : before.accounts,
      sessions: "answer" in sessions ? sessions.answer : before.sessions,
      tokens: "answer" in tokens ? tokens.answer : before.tokens,
    }));
  };
  const make = async <T>(path: string, { done, ...request }: Change) => {
    const asked = await askAccounts<T>(path, request);
    if ("answer" in asked) page.desk.announce(done, "done");
    else page.desk.announce([asked.refused.sentence, ...asked.refused.errors].join(" "), "problem");
    await refresh();
    return asked;
  };
  return {
    ...lists,
    me: seed.me,
    isOwner: seed.me.role === "owner",
    choices: seed.choices,
    isReady,
    nowMs: start.current.coachMs + Math.max(0, page.nowMs.value - start.current.pageMs),
    make,
    change: async (path, options) => {
      const asked = await make(path, options);
      return "refused" in asked ? asked.refused : undefined;
    },
    signOut: async () => {
      const asked = await askAccounts("sign-out", { method: "POST" });
      if ("answer" in asked) location.replace("/sign-in");
      else page.desk.announce(asked.refused.sentence, "problem");
    },
  };
}
