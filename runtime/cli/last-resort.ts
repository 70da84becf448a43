const TURN_MS = 100;
/**
 * More than what ends by itself takes, in turns of its event loop, which take longer on a busy machine, as all that ends does. Where they do not,
 * less than the 5 s that a container has beyond its drain.
 */
const TURNS = 20;

/**
 * Ends this process by a signal where it does not end by itself, once all that it served is over. Node waits at every exit, `process.exit` included, for its
 * threads, and a thread may be in a run of onnxruntime, which nothing can end. Service managers take an end by SIGTERM for an ordered one.
 */
export function endAtLast(): void {
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    if (turns < TURNS) return;
    // Without a listener the system itself ends the process.
    process.removeAllListeners('SIGTERM');
    process.kill(process.pid, 'SIGTERM');
  };
  setInterval(turn, TURN_MS).unref();
}
