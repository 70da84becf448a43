import { defineError } from '../entry.ts';

export const cliErrors = {
  PONS_ERR_CLI_USAGE: defineError({
    fault: 'user',
    status: 500,
    message: ({ text }: { text: string }) => text,
    fix: 'Run pons --help, or pons with a command and --help, to see what is possible.',
  }),
};
