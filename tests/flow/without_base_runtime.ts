/** An environment in which no base runtime of `deno compile` can be had: none is named, kept or downloaded. */
export function withoutBaseRuntime(folder: string): Readonly<Record<string, string>> {
  // A proxy that nobody is.
  const nowhere = { HTTPS_PROXY: "http://127.0.0.1:9", DENO_DIR: `${folder}/no_cache`, DENORT_BIN: "" };
  return { ...Deno.env.toObject(), ...nowhere };
}
