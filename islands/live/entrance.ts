/** Close code of `/ws`: whoever this is, it is no longer signed in, or has other rights now. */
export const signedOutCode = 4401;

/**
 * Leaves for the entrance, which leads back here. Whoever is still signed in, with other rights, is back at once.
 */
export function goToSignIn(): void {
  const here = `${location.pathname}${location.search}${location.hash}`;
  location.replace(here === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(here)}`);
}

/** `fetch` of a page that is for people who are signed in: to the others it is over, and they go to the entrance. */
export async function fetchSignedIn(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init);
  if (response.status === 401) goToSignIn();
  return response;
}

/** A socket was refused without a word: it may be the network, or that one is signed out. */
export async function leaveIfSignedOut(): Promise<void> {
  // Without the program there is no answer either, and the socket is tried again.
  const response = await fetch("/api/auth/me").catch(() => undefined);
  if (!response?.ok) return;
  const { state } = await response.json();
  if (state === "signedOut" || state === "setUp") goToSignIn();
}
