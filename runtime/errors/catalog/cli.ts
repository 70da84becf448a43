import { defineError } from '../entry.ts';

export const cliErrors = {
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
