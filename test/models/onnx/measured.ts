import type { StartedProcess } from '../../../runtime/processes/start-process.ts';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import type { StartModel } from '../../../runtime/models/onnx/model-process.ts';
import { type ProcessData, startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import { withProcesses } from './fixture.ts';

/** What the system tells of a model process; Linux only. */
export interface Measured {
  /** What it has in memory, in bytes. */
  readonly residentBytes: () => number;
  /** What it has of addresses, in bytes. */
  readonly addressedBytes: () => number;
  /** Sets one of its limits, by an option of `prlimit`. */
  readonly limit: (option: string) => void;
}

/** Runs `act` with a place for one model process, which is looked at from outside. */
export async function withMeasured(
  act: (processes: ModelProcesses, measured: Measured) => Promise<void>,
  data: Partial<Omit<ProcessData, 'isNoting'>> = {},
): Promise<void> {
  let child: StartedProcess | undefined;
  const start: StartModel = (lane, note) => (child = startModelProcess({ ...data, lane }, { note }));
  const bytesOf = (field: string): number => {
    const status = readFileSync(`/proc/${child?.pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
  };
  const measured: Measured = {
    residentBytes: () => bytesOf('VmRSS'),
    addressedBytes: () => bytesOf('VmSize'),
    limit: (option) => {
      execFileSync('prlimit', ['--pid', String(child?.pid), option]);
    },
  };
  await withProcesses((processes) => act(processes, measured), new ModelProcesses({ limit: 1, start }));
}
