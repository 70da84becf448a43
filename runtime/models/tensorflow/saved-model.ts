import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { loadError } from '../load-failure.ts';
import { type LocalModel, titleOf } from '../model-version.ts';
import { type Field, WireError, WireReader } from '../protobuf/file-reader.ts';

/** Of `SavedModel`: meta_graphs = 2. Source: saved_model.proto of TensorFlow */
const META_GRAPHS = 2;
/** Of `MetaGraphDef`, whose `MetaInfoDef` has tags = 4, and each signature_def is a key = 1 with its value. Source: meta_graph.proto of TensorFlow */
const META_INFO = 1;
const TAGS = 4;
const SIGNATURES = 5;
/** The graph that TensorFlow Serving serves. */
const SERVED_TAG = 'serve';

/** How errors name a version whose files are there: `the model "iris" (version 3) at models/iris/3`. */
export function placedTitle({ name, version, shown }: Pick<LocalModel, 'name' | 'version' | 'shown'>): string {
  return `${titleOf(name, version)} at ${shown}`;
}

/**
 * The keys of the signatures in the SavedModel of a folder; null where that is for the server to say, since it has no graph for it. Throws `ModelError` where
 * the file is no SavedModel, or an error of `fs`.
 */
export function signatureKeysIn(model: LocalModel): readonly string[] | null {
  try {
    return readSavedModel(join(model.path, 'saved_model.pb'));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const text = `${placedTitle(model)} cannot be loaded: its saved_model.pb ${error.message}`;
    throw loadError('PONS_ERR_MODELS_NOT_LOADED', text, error);
  }
}

function readSavedModel(path: string): readonly string[] | null {
  const file = openSync(path, 'r');
  try {
    const reader = new WireReader(file, 'a SavedModel');
    if (reader.size === 0) throw new WireError('is empty');
    const graphs: MetaGraph[] = [];
    reader.fields(0, reader.size, (field) => {
      if (field.number === META_GRAPHS && field.isMessage) graphs.push(readMetaGraph(reader, field));
    });
    if (graphs.length === 0) throw new WireError('is not a SavedModel: it has no graph');
    return graphs.find(({ tags }) => tags.includes(SERVED_TAG))?.signatures ?? null;
  } finally {
    closeSync(file);
  }
}

interface MetaGraph {
  readonly tags: readonly string[];
  readonly signatures: readonly string[];
}

function readMetaGraph(reader: WireReader, graph: Field): MetaGraph {
  const tags: string[] = [];
  const signatures: string[] = [];
  reader.fields(graph.start, graph.end, (field) => {
    if (field.number === META_INFO) textsOf(reader, field, TAGS, tags);
    if (field.number === SIGNATURES) textsOf(reader, field, 1, signatures);
  });
  return { tags, signatures };
}

function textsOf(reader: WireReader, message: Field, number: number, texts: string[]): void {
  reader.fields(message.start, message.end, (field) => {
    if (field.number === number) texts.push(reader.text(field));
  });
}
