import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { freePort } from '../bench/free-port.ts';
import type { Engine } from '../containers/engine.ts';
import { ponsImage, redisImage, VERSION, type ImageName } from '../containers/images.ts';
import { until } from '../redis/until.ts';
import { MAIN, TSX } from '../served.ts';
import { makeTempDir } from '../temp-dir.ts';

const COMMAND_MS = 300_000;
const READY_MS = 120_000;
const ANSWER_MS = 2000;

/** A project that runs as containers, by what `pons build` and `pons export compose` made of it. */
export interface Composed {
  /** Of the gateway. */
  readonly url: string;
  /** The copy of the project, which a test may change. */
  readonly project: string;
  /** Builds the image of an API anew. */
  build(api: string): Promise<void>;
  /** Writes the compose file anew. */
  export(): Promise<void>;
  compose(...args: readonly string[]): Promise<string>;
  /** The ids of the containers of a service. */
  containersOf(service: string): Promise<string[]>;
}

export interface ComposedOptions {
  /** The folder of the project, which is copied. */
  readonly source: string;
  /** The images of Pons that its APIs begin with. */
  readonly bases: readonly ImageName[];
  /** The text of a docker-compose.override.yml. */
  readonly override?: string;
}

/** Builds the images, starts the containers, runs `act` when all are ready, and removes them. */
export async function withComposed(
  engine: Engine,
  { source, bases, override }: ComposedOptions,
  act: (composed: Composed) => Promise<void>,
): Promise<void> {
  const { prefix } = engine;
  const redis = await redisImage(engine);
  for (const name of ['gateway', ...bases] as const) {
    // Where pons build looks for them; what other tests have built is not built again.
    await engine.docker(['tag', await ponsImage(engine, name), `${prefix}/pons/${name}:${VERSION}`]);
  }
  const project = join(makeTempDir(), basename(source));
  cpSync(source, project, { recursive: true });
  if (override !== undefined) writeFileSync(join(project, 'docker-compose.override.yml'), override);
  const port = await freePort();
  const env = { ...engine.environment, PONS_PORT: String(port) };
  const run = async (program: string, args: readonly string[]): Promise<string> =>
    (await execa(program, args, { cwd: project, env, timeout: COMMAND_MS })).stdout;
  const pons = (...args: readonly string[]) => run(process.execPath, ['--import', TSX, MAIN, ...args]);
  const compose = (...args: readonly string[]) =>
    run('docker-compose', ['--project-name', `${prefix}-${basename(source)}`, ...args]);
  const build = ['build', '--registry', prefix, '--network', 'host'];
  await pons(...build);
  const exported = async (): Promise<void> => {
    await pons('export', 'compose', '--registry', prefix, '--redis-image', redis);
  };
  await exported();
  const url = `http://127.0.0.1:${port}`;
  try {
    await compose('up', '-d');
    await until(async () => ((await isReady(url)) ? true : null), READY_MS).catch(async (error: unknown) => {
      throw new Error(await compose('logs', '--tail', '20'), { cause: error });
    });
    await act({
      url,
      project,
      build: async (api) => {
        await pons(...build, '--api', api);
      },
      export: exported,
      compose,
      containersOf: async (service) => (await compose('ps', '--quiet', service)).split('\n'),
    });
  } finally {
    await compose('down', '--volumes', '--timeout', '1');
  }
}

async function isReady(url: string): Promise<boolean> {
  // The engine accepts connections for a port before anybody listens behind it, and some of those hang.
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
