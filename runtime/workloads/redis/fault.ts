import type { ErrorCode } from '../../errors/catalog.ts';
import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { RedisAddress } from './address.ts';

type CodeWithReason =
  | 'PONS_ERR_REDIS_AUTH'
  | 'PONS_ERR_REDIS_COMMAND'
  | 'PONS_ERR_REDIS_DATABASE'
  | 'PONS_ERR_REDIS_PERMISSION'
  | 'PONS_ERR_REDIS_REFUSED'
  | 'PONS_ERR_REDIS_TLS'
  | 'PONS_ERR_REDIS_TLS_CLIENT'
  | 'PONS_ERR_REDIS_TLS_NAME'
  | 'PONS_ERR_REDIS_UNREACHABLE'
  | 'PONS_ERR_REDIS_WRONG_TYPE';

/** What Redis's own errors begin with, and what they mean to us. Source: the shared error objects in Redis's server.c, and its networking.c */
const SAID: readonly (readonly [
  begin: RegExp,
  code: CodeWithReason | 'PONS_ERR_REDIS_READONLY' | 'PONS_ERR_REDIS_FULL',
])[] = [
  [/^(NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password|ERR Protocol error: unauthenticated)/, 'PONS_ERR_REDIS_AUTH'],
  [/^NOPERM/, 'PONS_ERR_REDIS_PERMISSION'],
  [/^READONLY/, 'PONS_ERR_REDIS_READONLY'],
  [/^OOM/, 'PONS_ERR_REDIS_FULL'],
  [/^WRONGTYPE/, 'PONS_ERR_REDIS_WRONG_TYPE'],
  [/^ERR DB index is out of range/, 'PONS_ERR_REDIS_DATABASE'],
  [/^ERR (unknown command|.*Unknown Redis command)/, 'PONS_ERR_REDIS_COMMAND'],
  // Any other word of its own: it loads its data (LOADING), its disk is full (MISCONF), it has too many clients, a script blocks it (BUSY).
  [/^[A-Z]{3,} /, 'PONS_ERR_REDIS_REFUSED'],
];
/** What the errors of TLS are called in Node. Without a certificate that it asks for, a server of TLS 1.2 says only that they have not come to terms. */
const OF_TLS: readonly (readonly [begin: RegExp, code: CodeWithReason])[] = [
  [/^ERR_SSL_(TLSV13_ALERT_CERTIFICATE_REQUIRED|SSLV3_ALERT_HANDSHAKE_FAILURE)/, 'PONS_ERR_REDIS_TLS_CLIENT'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID/, 'PONS_ERR_REDIS_TLS_NAME'],
  [/^(ERR_(SSL|TLS)|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/, 'PONS_ERR_REDIS_TLS'],
];
/** How Redis 6.2 tells an error of a command within a function; later versions tell it as that of any command. */
const WITHIN_FUNCTION = /^ERR Error running script.*@user_script: ?\d+: -?([A-Z]{3,} .*)$/;
/** What later versions put behind it, which says only where in a function of ours it was. */
const PLACE_IN_FUNCTION = /\.? script: [0-9a-f]{40}, on @user_script: ?\d+$/;
/** What Redis puts behind a command that it does not know; a password may be among it. */
const UNKNOWN_ARGUMENTS = /,? with args beginning with:.*$/;
/** A line of OpenSSL, of which people can use the last but one part before its source file. */
const OPENSSL = /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):.*$/;

/** The error of the table for what a command, or a connection, came to. It is said of which keys the command was. */
export function redisError(error: unknown, address: RedisAddress, command: readonly unknown[] = []): KnownError {
  if (isKnownError(error)) return error;
  const { shown } = address;
  const reason = reasonOf(error, address);
  const tlsCode = address.tls ? String((error as { code?: unknown }).code) : '';
  const code = firstOf(SAID, reason) ?? firstOf(OF_TLS, tlsCode) ?? 'PONS_ERR_REDIS_UNREACHABLE';
  return KnownError.of(code, { address: shown, reason, keys: prefixIn(command) });
}

/** What the keys of a command begin with: those of an API, where it is of one. */
function prefixIn(command: readonly unknown[]): string {
  const key = command.find((word) => typeof word === 'string' && word.startsWith('pons:{'));
  return /^pons:\{[^}]*\}:/.exec(String(key))?.[0] ?? 'pons:';
}

function firstOf<C extends ErrorCode>(table: readonly (readonly [RegExp, C])[], text: string): C | undefined {
  return table.find(([begin]) => begin.test(text))?.[1];
}

/** What was said, in one line and without the password. */
export function reasonOf(error: unknown, address: RedisAddress): string {
  const text = withoutSecrets(error instanceof Error ? error.message : String(error), address);
  return (WITHIN_FUNCTION.exec(text)?.[1] ?? text)
    .replace(PLACE_IN_FUNCTION, '')
    .replace(UNKNOWN_ARGUMENTS, '')
    .replace(OPENSSL, '$1');
}

/** Whether Redis says that it does not know the script: it was started anew, or somebody emptied its cache. */
export function isScriptUnknown(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

function withoutSecrets(text: string, { password }: RedisAddress): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return password === null ? line : line.replaceAll(password, '***');
}
