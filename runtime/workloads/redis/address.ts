import { KnownError } from '../../errors/known-error.ts';

/** Where a Redis is and who Pons is there. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: string | null;
  readonly db: number;
  /** For people: without the password. */
  readonly shown: string;
}

const PORT = 6379;

/** Reads `redis://[[user]:password@]host[:port][/db]`, or `rediss://` for TLS. Throws `PONS_ERR_REDIS_URL`, which does not show what was given. */
export function parseRedisUrl(text: string): RedisAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong('it is not a URL');
  }
  const tls = url.protocol === 'rediss:';
  if (!tls && url.protocol !== 'redis:') throw wrong(`it begins with ${url.protocol}//`);
  if (url.hostname === '') throw wrong('it names no host');
  if (url.search !== '' || url.hash !== '') throw wrong('it has something behind the number of the database');
  const db = url.pathname.replace(/^\//, '');
  if (!/^\d{0,5}$/.test(db)) throw wrong('what follows the host is not the number of a database');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? PORT : Number(url.port);
  return {
    host,
    port,
    tls,
    username: decoded(url.username),
    password: decoded(url.password),
    db: Number(db),
    shown: `${url.protocol}//${url.hostname}:${port}/${Number(db)}`,
  };
}

function decoded(part: string): string | null {
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('a % in its user or password is not followed by two hexadecimal digits');
  }
}

function wrong(reason: string): KnownError {
  return KnownError.of('PONS_ERR_REDIS_URL', { reason });
}
