import { createLogger } from '../../../runtime/log/logger.ts';
import { OwnServing } from '../../../runtime/models/tensorflow/own/own-serving.ts';
import { probeSetpriv } from '../../../runtime/processes/parent-death.ts';
import { Reaper } from '../../../runtime/processes/reaper.ts';
import { join } from 'node:path';
import { makeTempDir } from '../temp-dir.ts';

/*
 * Stands in for a Pons that is about to be killed: `starter.ts PROGRAM` starts the program as an API's own server, and prints what that prints.
 */
const logger = createLogger({
  write: (line) => process.stdout.write(line),
  onceDrained: () => undefined,
  close: () => Promise.resolve(),
});
await OwnServing.open(
  {
    program: process.argv[2] ?? '',
    env: process.env as Record<string, string>,
    logger,
    reaper: new Reaper(),
    setpriv: await probeSetpriv(),
    folder: join(makeTempDir(), 'tensorflow'),
    signatureKeyOf: () => null,
  },
  new AbortController().signal,
);
