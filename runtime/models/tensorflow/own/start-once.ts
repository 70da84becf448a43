import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { KnownError } from '../../../errors/known-error.ts';
import { ServingChannel } from '../channel.ts';
import { ServingError } from '../serving-status.ts';
import { launch, type Launched, type LaunchOptions } from './launch.ts';

export interface StartOnceOptions extends Omit<LaunchOptions, 'args'> {
  /** Absolute; what is at this path is removed. */
  readonly socket: string;
  /** Absolute. */
  readonly configFile: string;
  /** A TCP port to listen on too; 0: none. */
  readonly port: number;
  readonly startTimeoutMs: number;
  /** As of the connection to it. */
  readonly silenceMs?: number;
  readonly onSilent: () => void;
  /** Resolves to what is said of a start that was given up. */
  readonly givenUp: Promise<string>;
}

/** A server that takes calls. */
export interface Life {
  readonly launched: Launched;
  readonly channel: ServingChannel;
}

/** A start that failed. */
export interface Stillbirth {
  readonly launched: null;
  /** What became of it, in words that follow the program's name. */
  readonly outcome: string;
  /** What the system lacked to start the program; else null. */
  readonly shortage: KnownError | null;
  readonly lastLines: readonly string[];
}

export const STOP_GRACE_MS = 2000;
const POLL_MS = 25;

/** Starts a server and waits until it takes calls; where it does not, nothing of it is left. */
export async function startOnce(options: StartOnceOptions): Promise<Life | Stillbirth> {
  const { socket, configFile, port, startTimeoutMs, givenUp } = options;
  await rm(socket, { force: true });
  const args = [
    `--port=${port}`,
    `--grpc_socket_path=${socket}`,
    `--model_config_file=${configFile}`,
    // A broken model is told at once: whether it is tried again is decided by who asked for it.
    '--max_num_load_retries=0',
  ];
  // First, since a process that nobody holds would be left where it fails.
  const channel = await ServingChannel.open(`unix:${socket}`, options);
  const launched = launch({ ...options, args });
  const late = `did not take calls within ${startTimeoutMs / 1000} s`;
  const decided = new AbortController();
  const outcome = await Promise.race([
    takesCalls(channel, startTimeoutMs, decided.signal).then((ready) => (ready ? null : late)),
    launched.ended,
    givenUp,
  ]);
  decided.abort();
  if (outcome === null) return { launched, channel };
  channel.close();
  await launched.stop(STOP_GRACE_MS);
  const { lastLines, shortage } = launched;
  return { launched: null, shortage, outcome: [outcome, ...lastLines.slice(-1)].join(': '), lastLines };
}

/** Whether it answers within that time, whatever it says. gRPC's own `waitForReady` goes on connecting when it is over. */
async function takesCalls(channel: ServingChannel, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const lapsesAt = performance.now() + timeoutMs;
  for (;;) {
    const left = lapsesAt - performance.now();
    if (left <= 0 || signal.aborted) return false;
    try {
      await channel.status({ name: 'none' }, { timeoutMs: left, signal });
      return true;
    } catch (error) {
      if (error instanceof ServingError && error.status === 'NOT_FOUND') return true;
      await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
