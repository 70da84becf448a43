import { mkdtempSync, rmSync } from 'node:fs';

/** Makes a folder that predictors see, too: in /tmp each process has its own. It is removed when the test process ends. */
export function makeNotes(): string {
  const folder = mkdtempSync('/var/tmp/pons-test-');
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
