import type { Command } from 'commander';
import { exportState, leftOutOf } from '../../supervisor/export-state.ts';
import type { StopRequests } from '../../supervisor/signals.ts';
import { workloadCount } from '../../workloads/workload-count.ts';
import { moveCommand } from '../move-command.ts';
import type { StoreFlags } from '../named-store.ts';
import { gatherNames } from '../options.ts';
import { writeLine } from '../terminal.ts';

interface ExportFlags extends StoreFlags {
  readonly to: string;
  readonly api: readonly string[];
}

/** `pons export-state`, which a stop interrupts. */
export function exportStateCommand(stop: StopRequests): Command {
  return moveCommand<ExportFlags>(
    {
      name: 'export-state',
      description: 'write all workloads to a file, for pons import-state; nothing may be served from them meanwhile',
      file: ['--to <file>', 'the file to write; there must be none of that name'],
      stateDir: 'where the workloads are',
      redis: 'the Redis that the workloads are in, if they are in no folder',
      act: async ({ to, api }, options) => {
        const exported = await exportState({ ...options, file: to, apis: api });
        const { store, queued, ended, apis, left } = exported;
        const of = apis.length === 0 ? '' : ` of ${apis.join(', ')}`;
        writeLine(
          `Exported ${workloadCount(queued + ended)}${of} from ${store} to ${to}: ${queued} in queue, ${ended} ended`,
        );
        if (left.length > 0) writeLine(`Not exported: ${left.join(', ')}; name them with --api to export them too`);
        const leftOut = leftOutOf(exported, to);
        if (leftOut !== null) throw leftOut;
      },
    },
    stop,
  ).option('--api <name>', 'only those of this API (repeatable)', gatherNames, []);
}
