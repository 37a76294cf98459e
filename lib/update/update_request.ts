/** Who asks for a change of the database, and what they say. */
export interface UpdateRequest {
  /** For the record: account, or `command line`. */
  readonly actor: string;
  /** Tells phones of one account apart; default: the actor. */
  readonly clientId?: string;
  /** Nothing is changed without consent. */
  readonly confirm: boolean;
  /** The owner says that the coach is parked, where the bus does not. */
  readonly parked?: boolean;
}
