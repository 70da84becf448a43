/** What may be missing on a machine without failing the run there, `CI=true` included. A reason begins with one of these. */
const ALLOWED_REASONS = [
  'GPU',
  'TensorFlow Serving',
  'conda channel',
  'macOS',
  'root',
  'git repository',
  'podman',
  // A plugin that distributions seldom have.
  'Compose v2',
  // One that cannot be started either: it takes root and what a container itself mostly lacks.
  'container engine',
] as const;

const recorded: string[] = [];

/**
 * Says that the test at hand cannot run on this machine; return from the test after it. The summary lists `reason`. Under `CI=true`
 * a reason that does not begin with one of `ALLOWED_REASONS` fails the run.
 */
export function notRun(reason: string): void {
  recorded.push(reason);
}

/** Every reason given so far in this process. */
export function notRunReasons(): readonly string[] {
  return recorded;
}

export function isAllowedReason(reason: string): boolean {
  return ALLOWED_REASONS.some((allowed) => reason.startsWith(allowed));
}
