import { makeProject } from '../project.ts';
import { servePons, type ServeOptions, type Served } from '../served.ts';
import type { RedisServer } from './server.ts';

type Answer = { readonly status: number; readonly retryAfter: string | null; readonly json: Record<string, unknown> };

/** Several Pons processes on one Redis, all serving one project. */
export class Cast {
  readonly #project: string;
  readonly #redis: RedisServer;
  readonly #served: Served[] = [];

  constructor(redis: RedisServer, files: Readonly<Record<string, string>>) {
    this.#redis = redis;
    this.#project = makeProject(files);
  }

  async start(role: 'both' | 'gateway' | 'predictors', options: ServeOptions = {}): Promise<Served> {
    const env = { PONS_REDIS_URL: this.#redis.url, ...options.env };
    const served = await servePons(this.#project, { ...options, env, args: ['--role', role, ...(options.args ?? [])] });
    this.#served.push(served);
    return served;
  }

  /** What all of them have said so far. */
  get lines(): readonly string[] {
    return this.#served.flatMap(({ lines }) => lines);
  }

  async end(): Promise<void> {
    await Promise.all(this.#served.map((served) => served.stop()));
  }
}

/** Sends a request and reads its answer, which has to be JSON. */
export async function ask(url: string, method = 'GET', body?: string, id?: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(id === undefined ? {} : { 'x-request-id': id }) };
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body, headers }) });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), json };
}
