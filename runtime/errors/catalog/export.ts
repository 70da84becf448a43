import { defineError } from '../entry.ts';

export const exportErrors = {
  PONS_ERR_EXPORT_FILE_FOREIGN: defineError({
    fault: 'user',
    status: 500,
    message: ({ path }: { path: string }) =>
      `${path} is there already, and pons export did not write it: it is never replaced.`,
    fix: 'Move it away, or name another folder with --out.',
  }),
  PONS_ERR_EXPORT_PASSWORD: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) =>
      `The password of Redis in ${path} cannot be used: ${reason}. It is not shown.`,
    fix: 'Write it on one line of UTF-8 without tabs, and without the line ends of Windows; or delete the file while there is no Redis with it yet, and export again, which makes one.',
  }),
  PONS_ERR_EXPORT_UNWRITABLE: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) => `${path} cannot be written: ${reason}.`,
    fix: 'Name a folder with --out that can be written and has room.',
  }),
};
