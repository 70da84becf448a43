import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { buildCommand } from './commands/build.ts';
import { checkCommand } from './commands/check.ts';
import { exportCommand } from './commands/export.ts';
import { exportStateCommand } from './commands/export-state.ts';
import { importStateCommand } from './commands/import-state.ts';
import { serveCommand } from './commands/serve.ts';
import { installed } from '../processes/installation.ts';
import type { StopRequests } from '../supervisor/signals.ts';
import { exitCodeOf, reportFailure } from './failure.ts';

/** Does what the command line says; what comes of it is the exit code of this process. */
export async function run(stop: StopRequests): Promise<void> {
  try {
    await buildProgram(stop).parseAsync();
  } catch (error) {
    const signal = error === stop.drain.reason ? stop.first() : null;
    process.exitCode = signal === null ? reportFailure(error) : exitCodeOf(signal);
  }
}

/** The `pons` command: one sub-command a file. */
function buildProgram(stop: StopRequests): Command {
  const { version, description } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command('pons')
    .description(description)
    .version(version)
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
    .exitOverride();
  for (const command of [
    serveCommand(stop),
    checkCommand(stop),
    buildCommand(stop),
    exportCommand(version),
    exportStateCommand(stop),
    importStateCommand(stop),
  ]) {
    adopt(program, command);
  }
  return program;
}

/** Adds a command, and has it and those below it say what is wrong in the way of the program. */
function adopt(program: Command, command: Command): void {
  program.addCommand(command.copyInheritedSettings(program));
  for (const below of command.commands) below.copyInheritedSettings(command);
}
