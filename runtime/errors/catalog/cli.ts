import { defineError } from '../entry.ts';

export const cliErrors = {
  PONS_ERR_CLI_API_UNKNOWN: defineError<{ unknown: readonly string[]; known: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ unknown, known }) =>
      `--api names ${unknown.join(', ')}; the configuration file has the APIs ${known.join(', ')}.`,
    fix: 'Name APIs of the configuration file, or leave out --api to have all of them.',
  }),
  PONS_ERR_CLI_REDIS_FILE: defineError<{ path: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ path, reason }) => `PONS_REDIS_URL_FILE names ${path}, ${reason}.`,
    fix: 'Name a file that holds the URL of a Redis and that the user who runs Pons can read, or give the URL itself in PONS_REDIS_URL.',
  }),
  PONS_ERR_CLI_PAYLOADS: defineError({
    fault: 'user',
    status: 500,
    message: ({ place }: { place: string }) =>
      `--payloads ${place} needs a Redis: without one, large payloads and results are files in the state folder.`,
    fix: 'Name one with --redis or PONS_REDIS_URL, or leave out --payloads and PONS_PAYLOADS.',
  }),
  PONS_ERR_CLI_ROLE: defineError({
    fault: 'user',
    status: 500,
    message: ({ role }: { role: string }) =>
      `--role ${role} needs a Redis: gateways and predictors in different processes meet only there.`,
    fix: 'Name one with --redis or PONS_REDIS_URL, or leave --role out.',
  }),
  PONS_ERR_CLI_USAGE: defineError({
    fault: 'user',
    status: 500,
    message: ({ text }: { text: string }) => text,
    fix: 'Run pons --help, or pons with a command and --help, to see what is possible.',
  }),
};
