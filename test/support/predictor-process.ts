import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConnectionHandlers } from '../../bridge/node/connection.ts';
import { methodNotFound } from '../../bridge/node/messages.ts';
import type { MetricParams } from '../../bridge/node/methods.ts';
import { createLogger } from '../../runtime/log/logger.ts';
import { hostDir, hostProgram } from '../../runtime/predictor/host-program.ts';
import { probeIsolation, type Isolation } from '../../runtime/predictor/isolation.ts';
import type { MemoryShare } from '../../runtime/predictor/memory/share.ts';
import { Surroundings } from '../../runtime/predictor/memory/surroundings.ts';
import { PredictorProcess } from '../../runtime/predictor/process.ts';
import { probeSetpriv } from '../../runtime/processes/parent-death.ts';
import { Reaper } from '../../runtime/processes/reaper.ts';
import type { ProcessState } from '../../runtime/predictor/states.ts';
import { prepareView } from '../../runtime/predictor/view.ts';
import { defaultPython } from './pythons.ts';
import { makeTempDir } from './temp-dir.ts';

export interface LogRecord {
  readonly message: string;
  readonly levelname: string;
  readonly process: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly stream?: string;
}

export interface StartOptions {
  /** Path to content; `predictor.py` is what is loaded. */
  readonly files: Readonly<Record<string, string>>;
  readonly threads?: number;
  readonly mode?: 'serve' | 'check';
  readonly startTimeoutMs?: number;
  readonly configJson?: string;
  readonly python?: string;
  /** Where the library of `python` lies; the folder above its own unless given. */
  readonly prefix?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly hosts?: Readonly<Record<string, string>>;
  /** `none` to do without namespaces although the machine permits them. */
  readonly isolation?: 'none';
  readonly memory?: MemoryShare;
  /** To be given where several processes share it. */
  readonly surroundings?: Surroundings;
  readonly shmSizeBytes?: number;
  readonly requested?: ConnectionHandlers['requested'];
  /** Another program than the host, to provoke failures. */
  readonly hostProgram?: string;
}

/** A predictor process under test, with everything that it told. */
export interface Started {
  readonly process: PredictorProcess;
  readonly records: LogRecord[];
  readonly metrics: MetricParams[];
  readonly states: ProcessState[];
  readonly snapshotDir: string;
  /** Resolves with the first record that fits, also one that has come already. */
  readonly record: (fits: (record: LogRecord) => boolean) => Promise<LogRecord>;
  readonly end: () => Promise<void>;
}

/** Guards against hanging only: a test about the limit gives its own. */
const START_MS = 60_000;

let probed: Promise<Isolation> | null = null;

/** Starts a process on a project of the given files; does not wait for it to be ready. */
export async function startPredictor(options: StartOptions): Promise<Started> {
  const dir = makeTempDir();
  const snapshotDir = join(dir, 'snapshot');
  for (const [path, content] of Object.entries(options.files)) {
    mkdirSync(dirname(join(snapshotDir, path)), { recursive: true });
    writeFileSync(join(snapshotDir, path), content);
  }
  probed ??= probeIsolation(dir);
  const isolation: Isolation = options.isolation === 'none' ? { kind: 'none', reason: 'the test' } : await probed;
  const python = options.python ?? defaultPython.executable;
  const runDir = join(dir, 'run');
  const needed = [hostDir, dirname(options.hostProgram ?? hostProgram), options.prefix ?? dirname(dirname(python))];
  const { hosts = {}, shmSizeBytes = null } = options;
  const view = await prepareView({ isolation, runDir, snapshotDir, hosts, needed, program: python, shmSizeBytes });
  const records: LogRecord[] = [];
  const metrics: MetricParams[] = [];
  const states: ProcessState[] = [];
  const waiting = new Set<() => void>();
  const logger = createLogger({
    write: (line) => {
      records.push(JSON.parse(line) as LogRecord);
      for (const look of waiting) look();
      return true;
    },
    onceDrained: (listener) => {
      setImmediate(listener);
    },
    close: () => Promise.resolve(),
  });
  const reaper = new Reaper();
  const process_ = await PredictorProcess.start({
    settings: {
      mode: options.mode ?? 'serve',
      predictorType: 'python',
      path: 'predictor.py',
      pythonPath: view.projectDir,
      threads: options.threads ?? 1,
      logLevel: 'info',
      labels: { apiName: 'test', apiKind: 'AsyncAPI', apiID: 'abc', replica: '0' },
      limits: { resultBytes: 100 * 1024 * 1024, logLineBytes: 5 * 1024 * 1024 },
      chaining: null,
      configJson: options.configJson ?? '{}',
    },
    view,
    runDir,
    pythonExecutable: python,
    givenPython: null,
    hostProgram: options.hostProgram ?? hostProgram,
    setpriv: await probeSetpriv(),
    env: { PATH: process.env['PATH'] ?? '', CORTEX_PROJECT_DIR: view.projectDir, ...options.env },
    memory: options.memory ?? null,
    surroundings: options.surroundings ?? new Surroundings(),
    startTimeoutMs: options.startTimeoutMs ?? START_MS,
    logger,
    reaper,
    requested: options.requested ?? ((method) => Promise.reject(methodNotFound(method))),
    onMetric: (metric) => metrics.push(metric),
    onState: (state) => states.push(state),
  });
  return {
    process: process_,
    records,
    metrics,
    states,
    snapshotDir,
    record: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = records.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    end: async () => {
      await process_.kill();
      await reaper.close();
    },
  };
}
