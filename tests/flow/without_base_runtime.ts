/** Runs `body` where no base runtime of `deno compile` can be had: none is named, kept or downloaded. */
export async function withoutBaseRuntime<T>(folder: string, body: () => Promise<T>): Promise<T> {
  // A proxy that nobody is.
  const environment = { HTTPS_PROXY: "http://127.0.0.1:9", DENO_DIR: `${folder}/no_cache`, DENORT_BIN: "" };
  const before = Object.keys(environment).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  try {
    return await body();
  } finally {
    for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  }
}
