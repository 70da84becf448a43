import { execa } from 'execa';
import { parse } from 'yaml';

type Services = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** One version of docker-compose on this machine. */
interface ComposeClient {
  readonly title: string;
  /** The services of the file in `folder`, as this version reads it. Rejects with what is wrong with it. */
  services(folder: string, env: Readonly<Record<string, string>>): Promise<Services>;
}

const MISSING = {
  'docker-compose': 'docker-compose: apt-get install docker-compose',
  docker: 'Compose v2: docker has no plugin of that name here',
} as const;

/** The versions of docker-compose that are here, and in words what is missing. No engine is needed to read a file. */
export async function composeClients(): Promise<{ clients: ComposeClient[]; missing: string[] }> {
  const clients: ComposeClient[] = [];
  const missing: string[] = [];
  const candidates = [
    ['docker-compose', []],
    ['docker', ['compose']],
  ] as const;
  for (const [program, before] of candidates) {
    const title = [program, ...before].join(' ');
    const { exitCode } = await execa(program, [...before, 'version'], { reject: false });
    if (exitCode === 0) clients.push({ title, services: read(program, before) });
    else missing.push(MISSING[program]);
  }
  return { clients, missing };
}

function read(program: string, before: readonly string[]): ComposeClient['services'] {
  return async (folder, env) => {
    const { stdout } = await execa(program, [...before, 'config'], { cwd: folder, env });
    return (parse(stdout) as { services: Services }).services;
  };
}
