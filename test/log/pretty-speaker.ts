import { createLogger } from '../../runtime/log/logger.ts';
import { openSink } from '../../runtime/log/sink.ts';

/* Writes a line of each level to its stdout as to a terminal. */

const STDOUT = 1;
const sink = openSink(STDOUT, true);
const logger = createLogger(sink).labelled({ apiName: 'iris' });
logger.info('well');
logger.warning('odd');
logger.error('bad');
await sink.close();
