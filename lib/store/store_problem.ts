/** Something that is wrong with the storage, for people: what it is, and what to do. */
export interface StoreProblem {
  readonly what: string;
  readonly todo: string;
}
