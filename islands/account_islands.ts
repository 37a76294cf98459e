import AccountPeople from "./AccountPeople.tsx";
import AccountRecovery from "./AccountRecovery.tsx";
import AccountSetUp from "./AccountSetUp.tsx";
import AccountSignIn from "./AccountSignIn.tsx";

/** Islands of accounts and the entrance: a script of its own, as {@link settingsIslands} are. */
export const accountIslands = {
  AccountPeople,
  AccountRecovery,
  AccountSetUp,
  AccountSignIn,
} as const;
