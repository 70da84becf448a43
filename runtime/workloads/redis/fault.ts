import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { RedisAddress } from './address.ts';

/** What Redis's own errors begin with, and what they mean to us. Source: the shared error objects in Redis's server.c */
const NO_ENTRY = /^(NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password)/;
const REPLICA = /^READONLY/;
const FULL = /^OOM/;
const NO_RIGHT = /^NOPERM/;
/** Any other word of its own: it loads its data (LOADING), its disk is full (MISCONF), it has too many clients, a script blocks it (BUSY). */
const REFUSED = /^[A-Z]{3,} /;
/** How Redis 6.2 tells an error of a command within a function; later versions tell it as that of any command. */
const WITHIN_FUNCTION = /^ERR Error running script.*@user_script: ?\d+: -?([A-Z]{3,} .*)$/;
const TLS_CODES = /^(ERR_(SSL|TLS)|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** The error of the table for what a command, or a connection, came to. */
export function redisError(error: unknown, address: RedisAddress): KnownError {
  if (isKnownError(error)) return error;
  const { shown } = address;
  const reason = reasonOf(error, address);
  if (NO_ENTRY.test(reason)) return KnownError.of('PONS_ERR_REDIS_AUTH', { address: shown, reason });
  if (NO_RIGHT.test(reason)) return KnownError.of('PONS_ERR_REDIS_PERMISSION', { address: shown, reason });
  if (REPLICA.test(reason)) return KnownError.of('PONS_ERR_REDIS_READONLY', { address: shown });
  if (FULL.test(reason)) return KnownError.of('PONS_ERR_REDIS_FULL', { address: shown });
  if (REFUSED.test(reason)) return KnownError.of('PONS_ERR_REDIS_REFUSED', { address: shown, reason });
  const code = (error as { code?: unknown }).code;
  if (address.tls && typeof code === 'string' && TLS_CODES.test(code)) {
    return KnownError.of('PONS_ERR_REDIS_TLS', { address: shown, reason });
  }
  return KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address: shown, reason });
}

/** What was said, in one line and without the password. */
export function reasonOf(error: unknown, address: RedisAddress): string {
  const text = withoutSecrets(error instanceof Error ? error.message : String(error), address);
  return WITHIN_FUNCTION.exec(text)?.[1] ?? text;
}

/** Whether Redis says that it does not know the script: it was started anew, or somebody emptied its cache. */
export function isScriptUnknown(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

function withoutSecrets(text: string, { password }: RedisAddress): string {
  const line = text.replace(/\s+/g, ' ').replace(/\.$/, '');
  return password === null ? line : line.replaceAll(password, '***');
}
