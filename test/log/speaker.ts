import { fchmodSync } from 'node:fs';
import { openDestination } from '../../runtime/log/destination.ts';

/* Writes two lines to its stdout, a pipe, after it has lost the right to open that anew: root becomes nobody for that. */

const STDOUT = 1;
const NOBODY = 65_534;
fchmodSync(STDOUT, 0);
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const destination = openDestination(STDOUT);
destination.write('first\n');
destination.end('last\n');
