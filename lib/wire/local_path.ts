/** Places that lead on to others: coming back to them would go round in circles. */
const entrances = /^\/(sign-in|set-up)(\?|#|$)/;
/** A host as a browser understands one, that it must not leave while the path is worked out. */
const origin = "http://coach.invalid";

/**
 * Where to go after signing in: a path of this site, or `/`. What could lead elsewhere (`//host`, `/\host`, what
 * browsers leave out of an address, as line ends) is never followed.
 */
export function localPath(wanted: string | null): string {
  if (wanted === null || wanted.length > 500 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return "/";
  const url = URL.parse(wanted, origin);
  // `/..//host` is `//host` when it is worked out.
  if (url?.origin !== origin || url.pathname.startsWith("//") || entrances.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
