import type { Command } from 'commander';
import { conflictOf, importState } from '../../supervisor/import-state.ts';
import type { StopRequests } from '../../supervisor/signals.ts';
import { workloadCount } from '../../workloads/workload-count.ts';
import { moveCommand } from '../move-command.ts';
import type { StoreFlags } from '../named-store.ts';
import { writeLine } from '../terminal.ts';

interface ImportFlags extends StoreFlags {
  readonly from: string;
}

/** `pons import-state`, which a stop interrupts. */
export function importStateCommand(stop: StopRequests): Command {
  return moveCommand<ImportFlags>(
    {
      name: 'import-state',
      description:
        'store the workloads of a file that pons export-state wrote; those that are there already stay as they are',
      file: ['--from <file>', 'the file to read'],
      stateDir: 'where the workloads go',
      redis: 'the Redis that the workloads go to, if they go to no folder',
      act: async ({ from }, options) => {
        const imported = await importState({ ...options, file: from });
        const { stored, known, expired } = imported.arrivals;
        writeLine(
          `Imported ${workloadCount(stored)} from ${from} into ${imported.store}: ${known} ${known === 1 ? 'was' : 'were'} there already, ${expired} ended too long ago to be kept`,
        );
        const conflict = conflictOf(imported);
        if (conflict !== null) throw conflict;
      },
    },
    stop,
  );
}
