import { spawnSync } from 'node:child_process';

/** What Python says against `source` as a module, or null. */
export function complaintOfPython(source: string): string | null {
  const script = 'import sys; compile(sys.stdin.buffer.read(), "block", "exec")';
  const { status, stderr } = spawnSync('python3', ['-c', script], { input: source, encoding: 'utf8' });
  return status === 0 ? null : stderr;
}
