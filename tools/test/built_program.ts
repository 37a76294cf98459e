import { programTree } from "../compile/program_tree.ts";

/**
 * Variable in which the tests of the program find the folder of {@link buildProgram}. It does not begin as the program's
 * own do, because the program tells of those that it does not know.
 */
export const builtProgram = "BUILT_PROGRAM_TO_TEST";

/** Builds the program as it is packed into a file, and writes it into a folder. Answers what went wrong. */
export async function buildProgram(root: string, folder: string): Promise<string | undefined> {
  console.log("Building the program");
  try {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    for (const { path, data } of await programTree(root)) {
      const file = `${folder}/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeFile(file, data);
    }
    return undefined;
  } catch (error) {
    return `tools/test/built_program.ts: the program could not be built: ${error}`;
  }
}
