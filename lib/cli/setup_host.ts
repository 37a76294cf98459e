/** What a program answered. */
export interface Ran {
  /** 127: there is no such program; 126: it cannot be run. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What setting up a machine needs of it. Paths are absolute. */
export interface SetupHost {
  readonly isRoot: boolean;
  /** Runs a program to its end; never throws. */
  run(program: string, args: readonly string[]): Promise<Ran>;
  /** Undefined: there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** What is at a path itself, links not followed. */
  kindOf(path: string): Promise<"file" | "folder" | "link" | undefined>;
  /** Permissions, [0, 0o7777]; undefined: there is nothing. */
  modeOf(path: string): Promise<number | undefined>;
  /** Where a link leads; undefined: it is none. */
  targetOf(path: string): Promise<string | undefined>;
  /** Number of the user whose it is; undefined: there is nothing. */
  ownerOf(path: string): Promise<number | undefined>;
  /** The first 4 kB of a file as text, whatever it is; of none, nothing. */
  begin(path: string): Promise<string>;
  /** Names of what is in a folder; of none, none. */
  names(folder: string): Promise<readonly string[]>;
  /** False as well when one of them is not there. */
  haveSameBytes(one: string, other: string): Promise<boolean>;
  /** Replaces a file durably, with these permissions; its folder is made when it is not there. */
  write(path: string, text: string, options: { readonly mode: number }): Promise<void>;
  /** Copies an executable file durably: either all of it is there, or what was there before. */
  copyProgram(from: string, to: string): Promise<void>;
  /** Gives a file a second name in the same folder, in the place of what has that name. */
  alias(path: string, otherPath: string): Promise<void>;
  /** Renames within a folder, durably. */
  move(from: string, to: string): Promise<void>;
  /** Makes a link, in the place of one that leads elsewhere. */
  link(path: string, target: string): Promise<void>;
  /**
   * Removes a file, a link or a whole folder. One on which a disk is mounted is emptied, and stays. False: there was
   * none.
   */
  remove(path: string): Promise<boolean>;
}
