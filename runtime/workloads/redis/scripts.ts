import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from '../../processes/installation.ts';
import type { Argument, Reply } from './client.ts';
import { isScriptUnknown } from './fault.ts';
import type { RedisLink } from './link.ts';

type ScriptName =
  | 'abandon'
  | 'adopt'
  | 'announce'
  | 'call'
  | 'called'
  | 'cancel'
  | 'chunk'
  | 'complete'
  | 'counts'
  | 'fail'
  | 'find'
  | 'format'
  | 'give-back'
  | 'hosts'
  | 'lease'
  | 'leaving'
  | 'mark'
  | 'object-note'
  | 'object-release'
  | 'objects'
  | 'objects-due'
  | 'objects-gone'
  | 'renew'
  | 'submit'
  | 'sweep';

/** A function that Redis runs as one step. */
interface Script {
  readonly text: string;
  readonly sha: string;
}

type Run = (...command: readonly Argument[]) => Promise<Reply>;

/** The functions of `lua/`, each read when it is first called. */
export class Scripts {
  /** Every API that this process has to do with. */
  readonly apis: Set<string>;
  readonly #link: RedisLink;
  readonly #scripts = new Map<ScriptName, Script>();

  /** @param apis those that this process is about; whatever else it calls for is added */
  constructor(link: RedisLink, apis: readonly string[]) {
    this.#link = link;
    this.apis = new Set(apis);
  }

  /** Calls a function for an API. Rejects as `RedisLink.run` does, when the function may have run all the same. */
  call(name: ScriptName, api: string, ...args: readonly Argument[]): Promise<Reply> {
    this.apis.add(api);
    return this.callAside(name, api, ...args);
  }

  /** As `call`, for what no client waits for and what carries much. */
  transfer(name: ScriptName, api: string, ...args: readonly Argument[]): Promise<Reply> {
    this.apis.add(api);
    return this.#call((...command) => this.#link.transfer(...command), name, api, args);
  }

  /** As `call`, for an API that this process has nothing else to do with. */
  callAside(name: ScriptName, api: string, ...args: readonly Argument[]): Promise<Reply> {
    return this.#call((...command) => this.#link.run(...command), name, api, args);
  }

  async #call(run: Run, name: ScriptName, api: string, args: readonly Argument[]): Promise<Reply> {
    const { text, sha } = this.#script(name);
    const rest = ['1', prefixOf(api), ...args];
    try {
      return await run('EVALSHA', sha, ...rest);
    } catch (error) {
      if (!isScriptUnknown(error)) throw error;
      // Redis was started anew, or its cache was emptied: this way it learns it again.
      return run('EVAL', text, ...rest);
    }
  }

  #script(name: ScriptName): Script {
    const known = this.#scripts.get(name);
    if (known !== undefined) return known;
    const text = textOf('record') + textOf(name);
    const script = { text, sha: createHash('sha1').update(text).digest('hex') };
    this.#scripts.set(name, script);
    return script;
  }
}

/** What all keys of an API begin with; the braces put them on one node of a cluster. */
export function prefixOf(api: string): string {
  return `pons:{${api}}:`;
}

function textOf(name: string): string {
  return readFileSync(join(installed('runtime', 'workloads', 'redis', 'lua'), `${name}.lua`), 'utf8');
}
