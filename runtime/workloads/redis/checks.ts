import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { RedisLink } from './link.ts';
import { bytesIn, listIn, textIn } from './replies.ts';

const NEEDED_VERSION = '6.2';
/** Where Pons may not ask, or where nobody may, as on a Redis that somebody else runs. */
const DENIED: ReadonlySet<string> = new Set([
  'PONS_ERR_REDIS_COMMAND',
  'PONS_ERR_REDIS_PERMISSION',
  'PONS_ERR_REDIS_REFUSED',
]);

/**
 * Looks whether a Redis can be trusted with workloads; resolves to warnings for whoever runs Pons. Rejects with `PONS_ERR_REDIS_VERSION`,
 * `PONS_ERR_REDIS_SENTINEL`, `PONS_ERR_REDIS_CLUSTER`, `PONS_ERR_REDIS_READONLY`, `PONS_ERR_REDIS_LOADING`, `PONS_ERR_REDIS_NOT_DURABLE`, `PONS_ERR_REDIS_EVICTION`, or as `RedisLink.run` does.
 */
export async function checkServer(link: Pick<RedisLink, 'address' | 'run'>): Promise<string[]> {
  const address = link.address.shown;
  const info = parseInfo(bytesIn(await link.run('INFO')).toString());
  const found = info.get('redis_version') ?? 'unknown';
  if (!isAtLeast(found, NEEDED_VERSION)) {
    throw KnownError.of('PONS_ERR_REDIS_VERSION', { address, found, needed: NEEDED_VERSION });
  }
  if (info.get('redis_mode') === 'sentinel') throw KnownError.of('PONS_ERR_REDIS_SENTINEL', { address });
  if (info.get('cluster_enabled') === '1') throw KnownError.of('PONS_ERR_REDIS_CLUSTER', { address });
  if (info.get('role') === 'slave') throw KnownError.of('PONS_ERR_REDIS_READONLY', { address });
  // Meanwhile it says of its append-only file that there is none.
  if (info.get('loading') === '1') throw KnownError.of('PONS_ERR_REDIS_LOADING', { address });
  if (info.get('aof_enabled') === '0') throw KnownError.of('PONS_ERR_REDIS_NOT_DURABLE', { address });
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  const isLimited = (info.get('maxmemory') ?? '0') !== '0';
  if (policy !== 'noeviction' && isLimited) throw KnownError.of('PONS_ERR_REDIS_EVICTION', { address, policy });
  return [
    ...(info.has('aof_enabled')
      ? []
      : [
          `the Redis at ${address} does not say whether it keeps an append-only file: see to it that appendonly is yes`,
        ]),
    ...(policy === 'noeviction'
      ? []
      : [
          `the Redis at ${address} has maxmemory-policy ${policy}: it would lose workloads once maxmemory is set; set maxmemory-policy noeviction`,
        ]),
    ...(await warnOfSync(link)),
  ];
}

async function warnOfSync(link: Pick<RedisLink, 'address' | 'run'>): Promise<string[]> {
  const policy = await syncPolicy(link);
  if (policy === 'always') return [];
  const is = policy === null ? 'may not be always (Pons has no right to ask, or is not told)' : `is ${policy}`;
  return [
    `the Redis at ${link.address.shown} writes its append-only file through to the disk later than it answers (appendfsync ${is}): the death of its machine, ` +
      'unlike that of its process, can lose the last workloads that got their 200; set appendfsync always to keep them',
  ];
}

/** null where Pons may not ask, or is told nothing. */
async function syncPolicy(link: Pick<RedisLink, 'run'>): Promise<string | null> {
  try {
    const [, policy] = listIn(await link.run('CONFIG', 'GET', 'appendfsync'));
    return policy === undefined ? null : textIn(policy);
  } catch (error) {
    if (isKnownError(error) && DENIED.has(error.code)) return null;
    throw error;
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\r\n').map((line) => line.split(':', 2));
  return new Map(pairs.flatMap(([name, value]) => (name !== undefined && value !== undefined ? [[name, value]] : [])));
}

/** Whether the version `found` is `needed` (major.minor) or later; one that cannot be read is not. */
export function isAtLeast(found: string, needed: string): boolean {
  const numbers = (version: string): readonly number[] => version.split('.').map(Number);
  const [[major = 0, minor = 0], [neededMajor = 0, neededMinor = 0]] = [numbers(found), numbers(needed)];
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}
