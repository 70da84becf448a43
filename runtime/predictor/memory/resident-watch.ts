import { GroupMembers } from './group-members.ts';
import { beginLook, pauseAfter } from './look-pause.ts';
import { exactBytes, roughBytes } from './resident-set.ts';
import type { Admission, MemoryShare, Overrun } from './share.ts';

interface Member {
  readonly group: number;
  readonly exceeded: (since: number) => void;
  overrun: Overrun | null;
}

/** Looks again and again at what process groups use, for as long as there are any, and says which have to be ended. */
export class ResidentWatch {
  readonly #shares = new Set<WatchedShare>();
  readonly #members = new GroupMembers();
  #isRunning = false;

  /** What a replica may use. */
  share(allowedBytes: number): MemoryShare {
    const share = new WatchedShare(allowedBytes, () => {
      this.#shares.add(share);
      if (!this.#isRunning) void this.#run();
    });
    return share;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      for (const share of this.#shares) if (share.groups.length === 0) this.#shares.delete(share);
      if (this.#shares.size === 0) break;
      const begun = beginLook();
      // A file of /proc that cannot be read now can be the next time.
      await this.#look().catch(() => undefined);
      await unheldPause(pauseAfter(begun));
    }
    this.#isRunning = false;
  }

  async #look(): Promise<void> {
    const shares = [...this.#shares];
    const pidsOf = await this.#members.of(new Set(shares.flatMap(({ groups }) => groups)));
    await Promise.all(shares.map((share) => share.look(pidsOf)));
  }
}

/** The processes of one replica under a `ResidentWatch`. */
class WatchedShare implements MemoryShare {
  readonly #allowedBytes: number;
  readonly #begins: () => void;
  readonly #members = new Set<Member>();

  constructor(allowedBytes: number, begins: () => void) {
    this.#allowedBytes = allowedBytes;
    this.#begins = begins;
  }

  get groups(): number[] {
    return [...this.#members].map(({ group }) => group);
  }

  admit(group: number, exceeded: (since: number) => void): Promise<Admission> {
    const member: Member = { group, exceeded, overrun: null };
    this.#members.add(member);
    this.#begins();
    return Promise.resolve({
      begins: () => undefined,
      exited: () => undefined,
      end: () => {
        this.#members.delete(member);
        return Promise.resolve(member.overrun);
      },
    });
  }

  /** Ends the largest of its groups where they use too much together, one at a time. */
  async look(pidsOf: ReadonlyMap<number, readonly number[]>): Promise<void> {
    const members = [...this.#members].map((member) => ({ member, pids: pidsOf.get(member.group) ?? [] }));
    const pids = members.flatMap((one) => one.pids);
    if (members.some(({ member }) => member.overrun !== null)) return;
    if ((await roughBytes(pids)) <= this.#allowedBytes) return;
    const each = await Promise.all(members.map(async (one) => ({ ...one, bytes: await exactBytes(one.pids) })));
    const usedBytes = each.reduce((total, { bytes }) => total + bytes, 0);
    const [largest] = each.sort((a, b) => b.bytes - a.bytes);
    if (usedBytes <= this.#allowedBytes || largest === undefined) return;
    largest.member.overrun = { by: 'pons', usedBytes, allowedBytes: this.#allowedBytes };
    // Whatever runs now has what is used.
    largest.member.exceeded(performance.now());
  }
}

/** Keeps no program alive that has nothing else to do. */
function unheldPause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
