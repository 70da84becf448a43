import { defineError } from '../entry.ts';

export const redisErrors = {
  PONS_ERR_REDIS_URL: defineError({
    fault: 'user',
    status: 500,
    message: ({ reason }: { reason: string }) =>
      `The address of Redis cannot be used: ${reason}; expected redis://[[USER]:PASSWORD@]HOST[:PORT][/DB], or rediss:// for TLS. It is not shown, since it may hold a password.`,
    fix: 'Correct --redis or PONS_REDIS_URL, with special characters in the password as %XX.',
  }),
  PONS_ERR_REDIS_UNREACHABLE: defineError({
    fault: 'system',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The Redis at ${address} does not answer: ${reason}. What was answered before is safe; whether this request was carried out is not known.`,
    fix: 'Send the request again with the same x-request-id; see to it that Redis runs and can be reached from this host.',
  }),
  PONS_ERR_REDIS_NOT_REACHED: defineError({
    fault: 'system',
    status: 500,
    message: ({ address, triedMs, reason }: { address: string; triedMs: number; reason: string }) =>
      `The Redis at ${address} could not be reached: it was tried for ${Math.round(triedMs / 1000)} s, and the last attempt ended with: ${reason}.`,
    fix: 'See to it that Redis runs at that address and that no firewall stands between, and look into PONS_REDIS_URL: rediss:// where its port is for TLS, redis:// where it is not, and its password where it has one.',
  }),
  PONS_ERR_REDIS_LOADING: defineError({
    fault: 'system',
    status: 503,
    message: ({ address }: { address: string }) =>
      `The Redis at ${address} is loading its data, and has not come to its end in the seconds that Pons waits for it at its start.`,
    fix: 'Start Pons again when redis-cli INFO persistence says loading:0, or have whatever starts it do that until it stays.',
  }),
  PONS_ERR_REDIS_TLS: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `No TLS connection to the Redis at ${address} can be made: ${reason}.`,
    fix: 'Use rediss:// only where Redis has a tls-port, and name the certificate of its authority in NODE_EXTRA_CA_CERTS.',
  }),
  PONS_ERR_REDIS_TLS_CLIENT: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The Redis at ${address} ends TLS connections at once, as one does that asks its clients for certificates (tls-auth-clients yes): ${reason}.`,
    fix: "Set tls-auth-clients no in Redis's configuration, and at once with CONFIG SET tls-auth-clients no, since Pons has no certificate to show: a password tells who it is.",
  }),
  PONS_ERR_REDIS_TLS_NAME: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The certificate of the Redis at ${address} is for another host: ${reason}.`,
    fix: 'Name the host in PONS_REDIS_URL as the certificate does, or give Redis a certificate that has this name, too.',
  }),
  PONS_ERR_REDIS_AUTH: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The Redis at ${address} does not let Pons in: ${reason}.`,
    fix: "Put the user and password of Redis's requirepass or ACL SETUSER into PONS_REDIS_URL.",
  }),
  PONS_ERR_REDIS_PERMISSION: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The user of Pons at the Redis at ${address} has too few rights: ${reason}.`,
    fix: 'Give the user the rights that docs/redis.md lists, with ACL SETUSER.',
  }),
  PONS_ERR_REDIS_VERSION: defineError({
    fault: 'user',
    status: 500,
    message: ({ address, found, needed }: { address: string; found: string; needed: string }) =>
      `The Redis at ${address} has version ${found}; Pons needs ${needed} or later.`,
    fix: 'Upgrade Redis, or name another one with --redis.',
  }),
  PONS_ERR_REDIS_COMMAND: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The Redis at ${address} lacks a command that Pons needs: ${reason}.`,
    fix: "Take its rename-command out of Redis's configuration, or name a Redis that has all commands with --redis.",
  }),
  PONS_ERR_REDIS_DATABASE: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The Redis at ${address} has no database of the number at the end of this address: ${reason}.`,
    fix: "Name one from 0 on that is there in PONS_REDIS_URL, such as /0, or raise databases in Redis's configuration.",
  }),
  PONS_ERR_REDIS_WRONG_TYPE: defineError({
    fault: 'user',
    status: 503,
    message: ({ address, reason, keys }: { address: string; reason: string; keys: string }) =>
      `In the Redis at ${address} a key that begins with ${keys} is not as Pons writes it: ${reason}.`,
    fix: 'Find out with redis-cli MONITOR who else writes to such keys, give Pons a database of its own, and delete the keys that TYPE shows to be other than docs/redis.md says.',
  }),
  PONS_ERR_REDIS_SENTINEL: defineError({
    fault: 'user',
    status: 500,
    message: ({ address }: { address: string }) =>
      `What answers at ${address} is a Sentinel, which keeps nothing itself and which Pons does not support.`,
    fix: 'Name the primary itself with --redis.',
  }),
  PONS_ERR_REDIS_CLUSTER: defineError({
    fault: 'user',
    status: 500,
    message: ({ address }: { address: string }) =>
      `The Redis at ${address} runs in cluster mode (cluster-enabled yes), which Pons does not support.`,
    fix: 'Name a Redis with cluster-enabled no.',
  }),
  PONS_ERR_REDIS_NOT_DURABLE: defineError({
    fault: 'user',
    status: 503,
    message: ({ address }: { address: string }) =>
      `The Redis at ${address} keeps no append-only file (appendonly no): whatever ends it would lose workloads that have got their 200.`,
    fix: "Set appendonly yes in Redis's configuration, and at once with CONFIG SET appendonly yes.",
  }),
  PONS_ERR_REDIS_EVICTION: defineError({
    fault: 'user',
    status: 500,
    message: ({ address, policy }: { address: string; policy: string }) =>
      `The Redis at ${address} deletes data when its memory is full (maxmemory-policy ${policy}): workloads that have got their 200 would be lost.`,
    fix: "Set maxmemory-policy noeviction in Redis's configuration, and at once with CONFIG SET maxmemory-policy noeviction.",
  }),
  PONS_ERR_REDIS_FORMAT: defineError({
    fault: 'user',
    status: 500,
    message: ({ address, api, found, supported }: { address: string; api: string; found: string; supported: string }) =>
      `The workloads of ${api} in the Redis at ${address} have format ${found}; this version of Pons reads ${supported} and leaves them alone.`,
    fix: 'Run the version of Pons that wrote them or the next minor one, or name another Redis or database with --redis.',
  }),
  PONS_ERR_REDIS_READONLY: defineError({
    fault: 'system',
    status: 503,
    message: ({ address }: { address: string }) =>
      `The Redis at ${address} is a replica, which takes no writes; Pons connects anew until it finds a primary there.`,
    fix: 'Point the address at the primary, and send the request again.',
  }),
  PONS_ERR_REDIS_REPLICA: defineError({
    fault: 'system',
    status: 500,
    message: ({ address }: { address: string }) => `The Redis at ${address} is a replica, which takes no writes.`,
    fix: 'Point the address at the primary, and start Pons again.',
  }),
  PONS_ERR_REDIS_NOT_USABLE: defineError({
    fault: 'system',
    status: 500,
    message: ({ refusal }: { refusal: string }) => `Pons cannot start: ${refusal}`,
    fix: 'Do what Redis says, then start Pons again.',
  }),
  PONS_ERR_REDIS_REFUSED: defineError({
    fault: 'system',
    status: 503,
    message: ({ address, reason }: { address: string; reason: string }) =>
      `The Redis at ${address} refuses commands: ${reason}.`,
    fix: 'Do what Redis says, then send the request again; the service goes on by itself.',
  }),
  PONS_ERR_REDIS_NO_HOST: defineError({
    fault: 'system',
    status: 503,
    message: ({ api, withinMs }: { api: string; withinMs: number }) =>
      `No host runs the predictors of ${api}: none on this Redis has said so in the last ${Math.round(withinMs / 1000)} s. What is submitted waits until one does.`,
    fix: 'Start pons serve with --role predictors on the same Redis and database, with a configuration file that has this API and, where it is given, an --api that names it.',
  }),
};
