import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { serveCommand } from './commands/serve.ts';
import { installed } from '../processes/installation.ts';

/** The `pons` command: one sub-command a file. */
export function buildProgram(): Command {
  const { version, description } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command('pons')
    .description(description)
    .version(version)
    .showHelpAfterError('Run it with --help to see what is possible.')
    .showSuggestionAfterError()
    .exitOverride();
  for (const command of [serveCommand(), checkCommand()]) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
