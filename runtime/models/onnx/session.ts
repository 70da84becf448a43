import type { OnnxOutputSpec, Tensor } from '../../../bridge/node/tensors.ts';
import { answerOf, type Answer, type Output } from './answer.ts';
import { ModelError } from '../model-error.ts';
import { LoadError } from './load-error.ts';
import { libraryMessage } from './library-message.ts';
import type { LoadOrder, SessionSpec } from './exchange.ts';
import { feedsOf, type Target } from './feeds.ts';
import type { Library, Session } from './library.ts';
import { loadSession } from './load-session.ts';
import { stampOf } from './model-files.ts';
import { assertServed, specOf, tensorNames } from './model-spec.ts';
import { assertProvider } from './provider.ts';
import { RunMemory } from './run-memory.ts';
import { scanModel, type ModelScan } from './scan.ts';
import type { TakenMemory } from './taken-memory.ts';

/** In a sentence. */
const SHOWN_INPUTS = 8;

/** One model in the memory of a model process. All that it does keeps the process from anything else. */
export class OnnxSession {
  readonly spec: SessionSpec;
  readonly #library: Library;
  readonly #order: LoadOrder;
  readonly #scan: ModelScan;
  /** What of its files is in memory. */
  readonly #stamp: string;
  /** Of the whole process. */
  readonly #taken: TakenMemory;
  readonly #memory: RunMemory;
  readonly #target: Target;
  readonly #outputs: ReadonlyMap<string, OnnxOutputSpec>;
  /** Which tensor each output is; two may be one. */
  readonly #tensors: ReadonlyMap<string, string>;
  readonly #fetchAll: Readonly<Record<string, null>>;
  /** null where it could not be loaded again. */
  #session: Session | null;

  /**
   * Throws `LoadError` with `UNLOADABLE`, `TYPE_UNSERVABLE`, `DATA_MISSING`, `DATA_UNUSABLE`, `LOCALE`, `UNREADABLE`, `THREADS` or `PROVIDER`, or `WireError`, whose message goes behind the path.
   * @param taken by this process
   * @param keepMs how long the memory of large runs is kept for the next one
   */
  constructor(library: Library, order: LoadOrder, taken: TakenMemory, keepMs: number) {
    assertProvider(order.options.provider, library.providers);
    const scan = scanModel(order.path);
    assertServed(scan);
    this.#library = library;
    this.#order = order;
    this.#taken = taken;
    this.#scan = scan;
    this.#stamp = stampOf(order.path, scan.external);
    const session = this.#load();
    try {
      this.spec = specOf(scan, session.inputMetadata, session.outputMetadata);
    } catch (error) {
      session.dispose();
      throw error;
    }
    this.#session = session;
    this.#tensors = tensorNames(scan);
    this.#fetchAll = Object.fromEntries([...this.#tensors.values()].map((name) => [name, null]));
    this.#outputs = new Map(this.spec.outputs.map((output) => [output.name, output]));
    this.#target = {
      label: order.label,
      inputs: new Map(this.spec.inputs.map((input) => [input.name, input])),
    };
    this.#memory = new RunMemory(() => this.#renew(), keepMs, taken);
  }

  /**
   * Throws `ModelError`.
   * @param names of the outputs to answer with, in this order; null: all
   * @param body holds the inputs, each at the next multiple of 8
   */
  run(inputs: readonly Tensor[], names: readonly string[] | null, body: ArrayBuffer): Answer {
    const { label } = this.#target;
    const asked = names === null ? this.spec.outputs : names.map((name) => this.#output(name));
    const fetches =
      names === null ? this.#fetchAll : Object.fromEntries(asked.map(({ name }) => [this.#tensor(name), null]));
    let failure: unknown = null;
    try {
      this.#memory.begin();
      const feeds = feedsOf(this.#target, inputs, body, this.#library);
      if (asked.length === 0) return { outputs: [], body: new ArrayBuffer(0) };
      const session = this.#session ?? this.#loadAgain();
      const results = session.run(feeds, fetches, {});
      const outputs = asked.map(({ name, map }) => ({ name, map, tensor: results[this.#tensor(name)] }) as Output);
      return answerOf(label, outputs);
    } catch (error) {
      failure = error;
      if (error instanceof ModelError) throw error;
      throw new ModelError(
        'MODEL_UNUSABLE',
        `the run of ${label} failed: ${libraryMessage(error)} (${givenTo(inputs)})`,
      );
    } finally {
      this.#memory.end(failure);
    }
  }

  release(): void {
    this.#taken.during(() => this.#session?.dispose());
    this.#memory.stop();
  }

  /** Has the model loaded anew, without what its runs have left in memory; returns whether it was. Where its files are others now, what is there goes on. */
  #renew(): boolean {
    if (!this.#isUnchanged()) return false;
    // First: two of a large model at a time may be more than there is room for.
    const before = this.#session;
    this.#session = null;
    try {
      this.#taken.during(() => before?.dispose());
      this.#session = this.#load();
      return true;
    } catch {
      // Whatever it was: the next run loads it, and tells.
      return false;
    }
  }

  #loadAgain(): Session {
    try {
      if (!this.#isUnchanged()) throw new LoadError('UNREADABLE', 'its files are being changed');
      const session = (this.#session = this.#load());
      this.#memory.loadedAgain();
      return session;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      const { label } = this.#order;
      throw new ModelError('MODEL_UNUSABLE', `${label} had to be loaded again after a large run: ${error.message}`);
    }
  }

  #load(): Session {
    return this.#taken.during(() => loadSession(this.#library, this.#order, this.#scan));
  }

  /** Files that are others meanwhile are another model, which is loaded as such once they are complete. */
  #isUnchanged(): boolean {
    return stampOf(this.#order.path, this.#scan.external) === this.#stamp;
  }

  #tensor(name: string): string {
    return this.#tensors.get(name) ?? name;
  }

  #output(name: string): OnnxOutputSpec {
    const output = this.#outputs.get(name);
    if (output !== undefined) return output;
    const known = [...this.#outputs.keys()].map((one) => `"${one}"`).join(', ');
    throw new ModelError('TENSOR_INVALID', `${this.#target.label} has no output "${name}"; it has ${known}`);
  }
}

/** What a run was given: which sizes do not go together only the library knows. */
function givenTo(inputs: readonly Tensor[]): string {
  const shown = inputs.slice(0, SHOWN_INPUTS).map(({ name, type, shape }) => `"${name}" ${type} [${shape.join(', ')}]`);
  return `given ${shown.join(', ') || 'nothing'}${inputs.length > SHOWN_INPUTS ? ', ...' : ''}`;
}
