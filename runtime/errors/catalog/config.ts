import { defineError } from '../entry.ts';

export const configErrors = {
  PONS_ERR_CONFIG_NOT_FOUND: defineError({
    fault: 'user',
    status: 500,
    message: (facts: { file: string }) => `There is no configuration file ${facts.file}.`,
    fix: 'Create it, or name the project folder or the file on the command line.',
  }),
  PONS_ERR_CONFIG_UNREADABLE: defineError({
    fault: 'user',
    status: 500,
    message: (facts: { file: string; reason: string }) =>
      `The configuration file ${facts.file} cannot be read: ${facts.reason}.`,
    fix: 'Name a file that this user may read.',
  }),
  PONS_ERR_CONFIG_TOO_LARGE: defineError({
    fault: 'user',
    status: 500,
    message: (facts: { file: string; sizeBytes: number; limitBytes: number }) =>
      `The configuration file ${facts.file} has ${facts.sizeBytes} bytes; at most ${facts.limitBytes} are read.`,
    fix: 'Move large values from predictor.config into a file of the project and read it in the predictor.',
  }),
  PONS_ERR_CONFIG_INVALID: defineError({
    fault: 'user',
    status: 500,
    message: (facts: { lines: readonly string[] }) => facts.lines.join('\n'),
    fix: 'Correct the places named above in the configuration file.',
  }),
};
