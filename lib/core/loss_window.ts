/** What would be lost of one database if the power went now. */
export interface LossWindow {
  /** Age of the first change that is not on the card, at most, s; 0: everything is. */
  readonly ageS: number;
  /** The longest that it becomes while all goes well, s. */
  readonly atMostS: number;
}

/** The same of settings and states, and of the history. */
export interface CardLossWindow {
  readonly states: LossWindow;
  readonly history: LossWindow;
}
