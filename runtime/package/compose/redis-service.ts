import { HARDENED } from './hardening.ts';
import { SMALL_TMP } from './mounts.ts';
import { literal } from './notation.ts';
import { PASSWORD_FILE } from './secrets.ts';

/** The name of the service, and of the host. */
export const REDIS = 'redis';
export const REDIS_VOLUME = 'redis-data';

/** How often Redis writes its append-only file through to the disk: before each answer, or once a second. */
export type AppendFsync = 'always' | 'everysec';

// A configuration file rather than arguments: a password does not belong where every process is listed.
const SETTINGS =
  'port 6379\\ndir /data\\nappendonly yes\\nappendfsync %s\\nsave ""\\nmaxmemory-policy noeviction\\nrequirepass "%s"\\n';
// In such a text Redis reads these two by what stands behind them. Source: sdssplitargs in its sds.c
const ESCAPED = String.raw`s/[\\"]/\\&/g`;

/** The Redis that keeps the workloads, with its password from a file. */
export function redisService(image: string, appendFsync: AppendFsync): object {
  const path = `/run/secrets/${PASSWORD_FILE}`;
  const steps = [
    'umask 077',
    `password=$$(sed '${ESCAPED}' ${path})`,
    // An empty text would be taken for no password at all.
    `printf '${SETTINGS}' ${appendFsync} "$$\{password:?${path} is empty}" >/tmp/redis.conf`,
    'exec redis-server /tmp/redis.conf',
  ];
  return {
    image: literal(image),
    command: ['sh', '-c', steps.join('; ')],
    // The number of the user that the images of Redis bring for it.
    user: '999',
    ...HARDENED,
    ...SMALL_TMP,
    secrets: [PASSWORD_FILE],
    volumes: [{ type: 'volume', source: REDIS_VOLUME, target: '/data' }],
    healthcheck: {
      test: ['CMD-SHELL', `REDISCLI_AUTH="$$(cat ${path})" redis-cli ping | grep -q PONG`],
      interval: '2s',
      timeout: '3s',
      retries: 30,
    },
    stop_grace_period: '30s',
  };
}
