/** Where something is written. Both count from 1, the column in UTF-16 units as editors count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets of a text into lines and columns. */
export class LineIndex {
  /** Offsets at which lines begin. */
  readonly #starts: number[] = [0];
  /** Offset after the last character that is no space. */
  readonly #end: number;

  constructor(text: string) {
    this.#end = text.trimEnd().length;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  /** Place of an offset in UTF-16 units; what is missing at the end of a file is missing where its text ends. */
  placeOf(anywhere: number): Place {
    const offset = Math.min(anywhere, this.#end);
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
