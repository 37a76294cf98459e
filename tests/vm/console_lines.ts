/** The lines of a text that comes piece by piece, without their ends. */
export async function* consoleLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    for (const piece of pieces) yield piece.replace(/\r+$/, "");
  }
  if (rest !== "") yield rest.replace(/\r+$/, "");
}
