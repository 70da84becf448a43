/** More than what ends by itself takes. */
const GRACE_MS = 1000;

/**
 * Ends this process by a signal where it does not end by itself, once all that it served is over. Node waits at every exit, `process.exit` included, for its
 * threads, and a thread may be in a run of onnxruntime, which nothing can end. Service managers take an end by SIGTERM for an ordered one.
 */
export function endAtLast(): void {
  const end = (): void => {
    // Without a listener the system itself ends the process.
    process.removeAllListeners('SIGTERM');
    process.kill(process.pid, 'SIGTERM');
  };
  setTimeout(end, GRACE_MS).unref();
}
