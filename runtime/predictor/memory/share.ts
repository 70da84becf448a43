/** How the memory of a replica came to its end. */
export interface Overrun {
  /** Who ended what used it. */
  readonly by: 'kernel' | 'pons';
  readonly usedBytes: number;
  readonly allowedBytes: number;
}

/** What the processes of one replica may use together, their children included. */
export interface MemoryShare {
  /**
   * Puts a process group under it, of which no user code has run yet.
   * @param exceeded called at most once, when all of the group has to be ended, since it or a part of it used too much; what has begun in it after `since`,
   * by `performance.now()`, is not known to have had a part in that
   */
  admit(group: number, exceeded: (since: number) => void): Promise<Admission>;
}

/** One process group under a share. */
export interface Admission {
  /** To be called when something begins in it. */
  begins(): void;
  /** To be called when its first process has ended, by whatever: what is killed from then on says nothing of what began last. */
  exited(): void;
  /** To be called once, when all of the group has ended: what ended it, or null where that was not its share. Keeps nothing after it. */
  end(): Promise<Overrun | null>;
}
