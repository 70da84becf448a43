import { dirname } from 'node:path';
import type { OnnxOutputSpec, Tensor } from '../../../bridge/node/tensors.ts';
import { answerOf, type Answer, type Output } from './answer.ts';
import { CallError, libraryMessage } from './call-error.ts';
import type { LoadOrder, SessionSpec } from './exchange.ts';
import { feedsOf, type Target } from './feeds.ts';
import type { Library, Session } from './library.ts';
import { assertServed, specOf, tensorNames } from './model-spec.ts';
import { assertProvider, providerFailure } from './provider.ts';
import { scanModel, type ModelScan } from './scan.ts';
import { withoutZipMaps } from './without-zip-maps.ts';

/** One model in the memory of a model thread. All that it does keeps the thread from anything else. */
export class OnnxSession {
  readonly spec: SessionSpec;
  readonly #library: Library;
  readonly #session: Session;
  readonly #target: Target;
  readonly #outputs: ReadonlyMap<string, OnnxOutputSpec>;
  /** Which tensor each output is; two may be one. */
  readonly #tensors: ReadonlyMap<string, string>;
  readonly #fetchAll: Readonly<Record<string, null>>;

  /** Throws `CallError` with `UNLOADABLE` or `PROVIDER`, or `WireError`, whose message goes behind the path. */
  constructor(library: Library, order: LoadOrder) {
    assertProvider(order.options.provider, library.providers);
    const scan = scanModel(order.path);
    assertServed(scan);
    this.#library = library;
    this.#session = load(library, order, scan);
    try {
      this.spec = specOf(scan, this.#session.inputMetadata, this.#session.outputMetadata);
    } catch (error) {
      this.#session.dispose();
      throw error;
    }
    this.#tensors = tensorNames(scan);
    this.#fetchAll = Object.fromEntries([...this.#tensors.values()].map((name) => [name, null]));
    this.#outputs = new Map(this.spec.outputs.map((output) => [output.name, output]));
    this.#target = {
      label: order.label,
      inputs: new Map(this.spec.inputs.map((input) => [input.name, input])),
    };
  }

  /**
   * Throws `CallError`.
   * @param names of the outputs to answer with, in this order; null: all
   * @param body holds the inputs, each at the next multiple of 8
   */
  run(inputs: readonly Tensor[], names: readonly string[] | null, body: ArrayBuffer): Answer {
    const { label } = this.#target;
    const asked = names === null ? this.spec.outputs : names.map((name) => this.#output(name));
    const fetches =
      names === null ? this.#fetchAll : Object.fromEntries(asked.map(({ name }) => [this.#tensor(name), null]));
    try {
      const feeds = feedsOf(this.#target, inputs, body, this.#library);
      if (asked.length === 0) return { outputs: [], body: new ArrayBuffer(0) };
      const results = this.#session.run(feeds, fetches, {});
      const outputs = asked.map(({ name, map }) => ({ name, map, tensor: results[this.#tensor(name)] }) as Output);
      return answerOf(label, outputs);
    } catch (error) {
      if (error instanceof CallError) throw error;
      throw new CallError('MODEL_UNUSABLE', `the run of ${label} failed: ${libraryMessage(error)}`);
    }
  }

  release(): void {
    this.#session.dispose();
  }

  #tensor(name: string): string {
    return this.#tensors.get(name) ?? name;
  }

  #output(name: string): OnnxOutputSpec {
    const output = this.#outputs.get(name);
    if (output !== undefined) return output;
    const known = [...this.#outputs.keys()].map((one) => `"${one}"`).join(', ');
    throw new CallError('TENSOR_INVALID', `${this.#target.label} has no output "${name}"; it has ${known}`);
  }
}

function load(library: Library, { path, options }: LoadOrder, scan: ModelScan): Session {
  const session = new library.InferenceSession();
  const sessionOptions = {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionProviders: [options.provider],
    logSeverityLevel: 4 as const,
    // Its threads would go on asking for work after a run, at the cost of the predictors.
    extra: { session: { force_spinning_stop: '1' } },
  };
  try {
    if (scan.zipMaps.length === 0) {
      session.loadModel(path, sessionOptions);
    } else {
      const model = withoutZipMaps(path, scan);
      const { session: extra } = sessionOptions.extra;
      const withFolder = { session: { ...extra, model_external_initializers_file_folder_path: dirname(path) } };
      session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
        ...sessionOptions,
        extra: withFolder,
      });
    }
    return session;
  } catch (error) {
    throw providerFailure(error) ?? loadFailure(libraryMessage(error));
  }
}

/** What the file is to blame for, and what it is not: with more memory it may load later. */
function loadFailure(reason: string): CallError {
  if (/bad_alloc|failed to allocate memory/i.test(reason)) {
    return new CallError('UNREADABLE', 'there is too little memory to load them');
  }
  return new CallError('UNLOADABLE', `cannot be loaded by onnxruntime: ${reason}`);
}
