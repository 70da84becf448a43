import { defineError } from '../entry.ts';

export const moveErrors = {
  PONS_ERR_MOVE_NO_STORE: defineError({
    fault: 'user',
    status: 500,
    message: ({ path }: { path: string }) => `There are no workloads in ${path}: nothing was ever stored there.`,
    fix: 'Name the state folder that was served from with --state-dir, or the Redis with --redis.',
  }),
  PONS_ERR_MOVE_NO_API: defineError({
    fault: 'user',
    status: 500,
    message: ({ api, store, known }: { api: string; store: string; known: readonly string[] }) =>
      `Nothing is stored for an API of the name ${api} in ${store}; there is: ${known.length === 0 ? 'none' : known.join(', ')}.`,
    fix: 'Correct the name after --api.',
  }),
  PONS_ERR_MOVE_SERVED: defineError({
    fault: 'user',
    status: 500,
    message: ({ address, apis, hosts }: { address: string; apis: readonly string[]; hosts: readonly string[] }) => {
      const known =
        hosts.length === 0
          ? ' (not its predictors, but a gateway, an import, or a host whose predictors may call it: these do not tell their names)'
          : ` (predictors: ${hosts.join(', ')}; gateways, imports and hosts that only call it do not tell their names)`;
      return (
        `Somebody serves ${apis.join(', ')} from the Redis at ${address}${known}: ` +
        'what is exported meanwhile would run both there and where it is imported, and what comes in later would be left behind.'
      );
    },
    fix: 'Stop every Pons that uses this Redis, gateways and imports included, then run the command again.',
  }),
  PONS_ERR_MOVE_EMPTIED: defineError({
    fault: 'user',
    status: 500,
    message: ({ address, apis }: { address: string; apis: readonly string[] }) =>
      `What the Redis at ${address} had of ${apis.join(', ')} has vanished during the export, which leaves no file: somebody has emptied it, or its data was lost.`,
    fix: 'Find out who did that; restore the data of Redis from a backup, if there is one, then export again.',
  }),
  PONS_ERR_MOVE_FILE_EXISTS: defineError({
    fault: 'user',
    status: 500,
    message: ({ path }: { path: string }) => `${path} is there already; an export never replaces anything.`,
    fix: 'Name another file with --to, or move this one away.',
  }),
  PONS_ERR_MOVE_FILE_UNWRITABLE: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) =>
      `The export ${path} cannot be written: ${reason}; nothing of it is left.`,
    fix: 'Name a file with --to whose folder is there, can be written and has room.',
  }),
  PONS_ERR_MOVE_FILE_UNREADABLE: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) => `The export ${path} cannot be read: ${reason}.`,
    fix: 'Name the file that pons export-state wrote with --from.',
  }),
  PONS_ERR_MOVE_FILE_DAMAGED: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, line, problem }: { path: string; line: number; problem: string }) =>
      `Line ${line} of ${path} is not as pons export-state writes it: ${problem}.`,
    fix: 'Copy the file again from where it is whole, or export it anew.',
  }),
  PONS_ERR_MOVE_FILE_VERSION: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, found, supported }: { path: string; found: string; supported: number }) =>
      `The export ${path} has version ${found}; this version of Pons reads version ${supported}.`,
    fix: 'Import it with the version of Pons that wrote it, or a later one.',
  }),
  PONS_ERR_MOVE_STOPPED: defineError({
    fault: 'system',
    status: 500,
    message: ({ done, total, reason }: { done: number; total: number; reason: string }) =>
      `The import stopped after ${done} of ${total} ${total === 1 ? 'workload' : 'workloads'}, and these are stored: ${reason}`,
    fix: 'Put right what is said of the store, then run the same command again, which passes over what is there.',
  }),
  PONS_ERR_MOVE_BROKEN_OFF: defineError({
    fault: 'system',
    status: 500,
    message: ({ what, reason }: { what: 'export' | 'import'; reason: string }) =>
      `The ${what} broke off${what === 'export' ? ' and leaves no file' : ''}: ${reason}`,
    fix: 'Put right what is said of the store, then run the same command again.',
  }),
  PONS_ERR_MOVE_LEFT_OUT: defineError({
    fault: 'user',
    status: 500,
    message: ({ count, shown, path }: { count: number; shown: readonly string[]; path: string }) =>
      `${count} of the workloads ${count === 1 ? 'is not in' : 'are not in'} ${path}, since ${count === 1 ? 'its body' : 'their bodies'} cannot be read: ${shown.join(', ')}${count > shown.length ? ', ...' : ''}. What is said of each above is why; everything else is exported.`,
    fix: 'Keep the old place, put right what is said above, then export to another file and import that as well, which passes over what is there already.',
  }),
  PONS_ERR_MOVE_CONFLICT: defineError({
    fault: 'user',
    status: 409,
    message: ({ count, shown }: { count: number; shown: readonly string[] }) =>
      `${count} of the workloads ${count === 1 ? 'has' : 'have'} an id that is there already with another body: ${shown.join(', ')}${count > shown.length ? ', ...' : ''}. ${count === 1 ? 'It was' : 'They were'} not imported and what is there was left as it is; everything else is imported.`,
    fix: 'Fetch what you need of them from the one deployment or the other, or submit them again under new ids.',
  }),
};
