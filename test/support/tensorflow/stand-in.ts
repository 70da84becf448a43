import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseServingAddress, type ServingAddress } from '../../../runtime/models/tensorflow/address.ts';
import { freePort } from '../bench/free-port.ts';
import { deadline } from '../deadline.ts';
import { freeze } from '../processes.ts';
import { makeTempDir } from '../temp-dir.ts';
import type { Tensorflow } from './installed.ts';

const SERVER = fileURLToPath(new URL('server.py', import.meta.url));
/** TensorFlow alone takes seconds to import, and longer where other tests run. */
export const START_MS = 90_000;

/** A program `tensorflow_model_server` that is the stand-in, for PATHs and as what is started. Returns its absolute path. */
export function standInProgram({ python }: Tensorflow): string {
  const program = join(makeTempDir(), 'tensorflow_model_server');
  writeFileSync(program, `#!/bin/sh\nexec '${python}' '${SERVER}' "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

/** A stand-in that somebody has started, with the models of a configuration file. */
export class StandIn {
  readonly address: ServingAddress;
  readonly #process: ChildProcess;

  private constructor(address: ServingAddress, process: ChildProcess) {
    this.address = address;
    this.#process = process;
  }

  /** Starts it; resolves when it takes calls. `bases` are absolute base paths by model name. */
  static async start(
    tensorflow: Tensorflow,
    bases: Readonly<Record<string, string>>,
    options: { readonly port?: number; readonly args?: readonly string[] } = {},
  ): Promise<StandIn> {
    const config = join(makeTempDir(), 'models.config');
    const entries = Object.entries(bases).map(([name, base]) => {
      return `  config { name: ${JSON.stringify(name)} base_path: ${JSON.stringify(base)} model_platform: "tensorflow" }\n`;
    });
    writeFileSync(config, `model_config_list {\n${entries.join('')}}\n`);
    const port = options.port ?? (await freePort());
    const args = [SERVER, `--port=${port}`, `--model_config_file=${config}`, ...(options.args ?? [])];
    const child = spawn(tensorflow.python, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const standIn = new StandIn(parseServingAddress(`127.0.0.1:${port}`, 'the test'), child);
    await deadline(START_MS, runs(child), 'the start of the stand-in');
    return standIn;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Suspends it until `thaw`; connections stay open and silent. */
  freeze(): void {
    freeze(this.pid);
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

async function runs(child: ChildProcess): Promise<void> {
  const printed: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed.push(text);
      if (text.includes('Running gRPC ModelServer')) resolve();
    });
    child.once('exit', (code) => {
      reject(new Error(`the stand-in ended with ${String(code)}: ${printed.join('')}`));
    });
  });
}
