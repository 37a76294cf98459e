/** Paths of every file below a folder. */
export async function* walkFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* walkFiles(path);
    else yield path;
  }
}
