import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type HostOptions, type TestHost, withServing } from '../host.ts';
import { numpyFor } from '../numpy.ts';
import { defaultPython, type Python } from '../pythons.ts';
import type { ModelPeer } from './peer.ts';

const PREDICTOR = readFileSync(fileURLToPath(new URL('../../fixtures/host/model_caller.py', import.meta.url)), 'utf8');

export interface CallerOptions {
  readonly peer: ModelPeer;
  readonly type?: 'onnx' | 'tensorflow';
  readonly python?: Python;
  /** Whether the environment of user code has NumPy. */
  readonly numpy?: boolean;
  readonly threads?: number;
  /** Other files of the project, by their paths. */
  readonly beside?: Readonly<Record<string, string>>;
  /** What the constructor evaluates. */
  readonly init?: string;
}

/** Runs `body` with a predictor that evaluates expressions; `tell` resolves to what each of them comes to (see the fixture). */
export function withCaller(
  { peer, type = 'onnx', python = defaultPython, numpy = false, threads = 1, beside = {}, init }: CallerOptions,
  body: (tell: (...codes: string[]) => Promise<string[]>, host: TestHost) => Promise<void>,
): Promise<void> {
  const options: HostOptions = {
    python,
    files: { 'predictor.py': PREDICTOR, ...beside },
    params: { predictorType: type, threads, pythonPath: numpy ? numpyFor(python) : '' },
    config: init === undefined ? {} : { init },
    requested: peer.requested,
  };
  return withServing(options, (host) =>
    body(async (...codes) => ((await host.predict(JSON.stringify(codes))) as { told: string[] }).told, host),
  );
}
