import { Command } from 'commander';
import { exportComposeCommand } from './export-compose.ts';
import { exportKubernetesCommand } from './export-kubernetes.ts';

/** `pons export`, which does nothing by itself. `version` is that of Pons. */
export function exportCommand(version: string): Command {
  return new Command('export')
    .description('write what runs the images of pons build')
    .addCommand(exportComposeCommand(version))
    .addCommand(exportKubernetesCommand(version));
}
