import { type Candidate, type Sight, sightKey } from './sight.ts';

/** What became certain by a look. */
export interface Settled {
  /** Whether the versions that can be served are others now. */
  readonly isChanged: boolean;
  /** What is wrong now and was not, or was otherwise. */
  readonly problems: readonly Sight[];
  readonly gone: readonly Candidate[];
  /** Whether something looked otherwise than at the look before, so that only another look can tell. */
  readonly isUnsettled: boolean;
}

/**
 * The versions of one source that can be served. Anything else than what is known counts only when two looks, one after the other, saw it the
 * same: a model that is being copied or uploaded grows between them, and one that is being replaced is missing for a moment. What is wrong
 * takes nothing away: the version that was known stays.
 */
export class SettledVersions {
  readonly served = new Map<string, Candidate>();
  readonly #told = new Map<string, string>();
  #before: ReadonlyMap<string, Sight> = new Map();

  /** Takes the sights of the first look as they are, those that are good, and returns the others. */
  begin(sights: readonly Sight[]): Sight[] {
    this.#before = byKey(sights);
    for (const sight of sights) if (sight.candidate !== null) this.served.set(sightKey(sight), sight.candidate);
    return sights.filter((sight) => this.#isNews(sight));
  }

  take(sights: readonly Sight[]): Settled {
    const now = byKey(sights);
    const before = this.#before;
    this.#before = now;
    const keys = new Set([...now.keys(), ...before.keys(), ...this.served.keys()]);
    const isSame = (key: string): boolean => now.get(key)?.signature === before.get(key)?.signature;
    const settled = [...keys].filter(isSame);
    const gone = this.#dropGone(settled.filter((key) => isGone(key, now) && isGone(key, before)));
    const seen = settled.map((key) => now.get(key)).filter((sight) => sight !== undefined);
    const taken = seen.filter((sight) => this.#serve(sight));
    const problems = seen.filter((sight) => this.#isNews(sight));
    return { isChanged: taken.length + gone.length > 0, problems, gone, isUnsettled: settled.length < keys.size };
  }

  #dropGone(keys: readonly string[]): Candidate[] {
    const gone = keys.map((key) => this.served.get(key)).filter((candidate) => candidate !== undefined);
    for (const candidate of gone) this.served.delete(sightKey(candidate));
    return gone;
  }

  /** Whether that is another one than was served. */
  #serve({ candidate }: Sight): boolean {
    if (candidate === null) return false;
    const key = sightKey(candidate);
    const isNew = this.served.get(key)?.fingerprint !== candidate.fingerprint;
    this.served.set(key, candidate);
    return isNew;
  }

  #isNews(sight: Sight): boolean {
    const key = sightKey(sight);
    const isTold = this.#told.get(key) === sight.signature;
    if (sight.problem === null) this.#told.delete(key);
    else this.#told.set(key, sight.signature);
    return sight.problem !== null && !isTold;
  }
}

function byKey(sights: readonly Sight[]): Map<string, Sight> {
  return new Map(sights.map((sight) => [sightKey(sight), sight]));
}

/** Whether nothing is left of a version: a model whose files are there but wrong has lost none. */
function isGone(key: string, sights: ReadonlyMap<string, Sight>): boolean {
  const name = key.slice(0, key.lastIndexOf('/'));
  const above = [name, ''].map((whose) => sights.get(sightKey({ name: whose, version: null })));
  const sight = sights.get(key) ?? above.find((one) => one !== undefined);
  if (sight === undefined) return true;
  return sight.problem !== null && (sight.problem.kind === 'missing' || sight.problem.isEmpty);
}
