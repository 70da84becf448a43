import { isatty } from 'node:tty';
import { Command } from 'commander';
import type { ServingAddress } from '../../models/tensorflow/address.ts';
import { createLogger } from '../../log/logger.ts';
import { openSink } from '../../log/sink.ts';
import { check } from '../../supervisor/check.ts';
import type { StopRequests } from '../../supervisor/signals.ts';
import { exitCodes } from '../failure.ts';
import { parseStateDir, startTimeoutOption, tensorflowServingOption } from '../options.ts';
import { describeReports } from '../report.ts';
import { writeError, writeLine } from '../terminal.ts';

interface CheckFlags {
  readonly stateDir?: string;
  readonly python?: string;
  readonly runDependenciesSh: boolean;
  readonly startTimeout: number;
  readonly tensorflowServing?: ServingAddress;
}

const STDERR = 2;

export function checkCommand(stop: StopRequests): Command {
  return new Command('check')
    .description(
      'validate a project: configuration, files, dependencies, class and signatures; runs no __init__, serves nothing',
    )
    .argument('[path]', 'folder with a cortex.yaml, or a configuration file', '.')
    .option('--state-dir <folder>', 'where environments are kept (default: .pons in the project)', parseStateDir)
    .option('--python <path>', 'interpreter to use as it is; nothing is installed into it')
    .option('--run-dependencies-sh', 'run dependencies.sh, which may change this machine', false)
    .addOption(startTimeoutOption())
    .addOption(tensorflowServingOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 valid, 2 configuration, models or usage, 3 the predictor, 130 interrupted, 143 ended by SIGTERM, 1 anything else.',
    )
    .action(async (path: string, flags: CheckFlags) => {
      // The report is the output; what the project's modules print is beside it.
      const sink = openSink(STDERR, isatty(STDERR));
      try {
        const reports = await check({
          path,
          stateDir: flags.stateDir ?? null,
          python: flags.python ?? null,
          runDependenciesSh: flags.runDependenciesSh,
          startTimeoutMs: flags.startTimeout,
          tensorflowServing: flags.tensorflowServing ?? null,
          logger: createLogger(sink),
          signal: stop.drain,
        });
        const { lines, failures } = describeReports(reports);
        for (const line of lines) writeLine(line);
        for (const failure of failures) writeError(failure);
        // Its models are the user's to mend, its class is a fault of the predictor; of several APIs, the first decides.
        const fault = reports.find(({ error }) => error !== null)?.error?.fault;
        if (fault !== undefined) process.exitCode = exitCodes[fault];
      } finally {
        await sink.close();
      }
    });
}
