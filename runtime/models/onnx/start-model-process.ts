import type { Reaper } from '../../processes/reaper.ts';
import { startProcess, type StartedProcess } from '../../processes/start-process.ts';
import type { BegunNote } from './begun-note.ts';

/**
 * onnxruntime writes what it does into a database below the user's home, and sends it to its makers, unless this says otherwise. A user may have said something
 * himself. Source: core/platform/posix/telemetry.cc of onnxruntime 1.30
 */
const WITHOUT_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' };

/** How it is called in a sentence on what keeps it from being started. */
export const A_MODEL_PROCESS = 'A process for models';
/** The socket on which it takes `onnx/predict` of whoever started it. */
export const CALLS_FD = 4;
/** The file of its `BegunNote`, where it has one. */
export const NOTE_FD = 5;

/** What a model process is started with. */
export interface ProcessData {
  /** Where it is to listen for predictor processes; null: nowhere. */
  readonly lane: string | null;
  /** How long it keeps the memory of a large run for the next one. */
  readonly keepMs: number;
  /** Whether it is to note what it begins. */
  readonly isNoting: boolean;
}

/** More often a large run is paid for with its memory, less often its memory is missed elsewhere. */
const KEEP_MS = 60_000;

export interface StartModelOptions {
  /** Where it is to note what it begins; null: nowhere. */
  readonly note: BegunNote | null;
  /** Sees to it that it ends with Pons, whatever it is at then; null: it ends when it next looks. */
  readonly reaper: Reaper | null;
  /** Of its Node. */
  readonly nodeOptions: readonly string[];
}

/** Starts a process that speaks `exchange.ts`. Throws an error of the area MACHINE. */
export function startModelProcess(
  data: Partial<Omit<ProcessData, 'isNoting'>> = {},
  { note = null, reaper = null, nodeOptions = [] }: Partial<StartModelOptions> = {},
): StartedProcess {
  const whole: ProcessData = { lane: null, keepMs: KEEP_MS, ...data, isNoting: note !== null };
  const child = startProcess(new URL('./worker.ts', import.meta.url), 'onnx-worker.js', {
    what: A_MODEL_PROCESS,
    args: [JSON.stringify(whole)],
    nodeOptions,
    env: { ...WITHOUT_TELEMETRY, ...withoutSecrets(process.env) },
    fd: note?.fd ?? null,
  });
  if (reaper !== null && child.pid !== undefined) {
    const watched = { group: child.pid, mountNamespace: null, projectDir: null };
    reaper.watch(watched);
    child.once('exit', () => {
      reaper.forget(watched);
    });
  }
  return child;
}

/** It needs neither where our Redis is nor what opens our buckets, and runs what others have made. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:PONS|AWS)_/.test(name)));
}
