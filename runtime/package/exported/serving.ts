import { isLocal, type ApiSpec, type ModelSource } from '../../config/spec.ts';
import { ONLY_VERSION, SINGLE_MODEL } from '../../models/model-version.ts';

/** A model as TensorFlow Serving has it. */
export interface ServedModel {
  readonly name: string;
  /** Relative to the project root, or a URL of a bucket. */
  readonly location: string;
  readonly isLocal: boolean;
  /** Whether the project has anything there; true for a bucket, of which nobody knows here. */
  readonly isThere: boolean;
  /** Where its files have to lie for the server; the location itself where that is a bucket. */
  readonly mountPath: string;
  readonly basePath: string;
}

/** The TensorFlow Serving of one API. */
export interface ServingPlan {
  readonly image: string;
  readonly models: readonly ServedModel[];
  /** The text of its configuration file. */
  readonly config: string;
  readonly notices: readonly string[];
}

export const SERVING_PORT = 8500;
export const SERVING_CONFIG = '/etc/tensorflow-serving/models.config';
const MODELS_DIR = '/models';
const SERVING_IMAGE = 'tensorflow/serving:2.19.1';

/** The command line of the server. */
export const SERVING_COMMAND = [
  'tensorflow_model_server',
  `--port=${SERVING_PORT}`,
  `--model_config_file=${SERVING_CONFIG}`,
  '--file_system_poll_wait_seconds=10',
];

/** What TensorFlow Serving has to be told for an API; null where its type needs none. `files` are those of the project. */
export function planServing({ predictor }: ApiSpec, files: readonly string[]): ServingPlan | null {
  if (predictor.type !== 'tensorflow' || predictor.models === null) return null;
  const { source } = predictor.models;
  const models = namedModels(source, files).map(([name, location]) => servedModel(name, location, files));
  const notices: string[] = [];
  if (models.some(({ isLocal }) => !isLocal)) {
    notices.push(
      'TensorFlow Serving reads its models from the bucket itself, which its images after 2.6 cannot: name one that can as predictor.tensorflow_serving_image, and give it credentials',
    );
  }
  if (models.length === 0) {
    notices.push('TensorFlow Serving is not told of a model: list those of a bucket in predictor.models.paths');
  }
  const image = predictor.tensorflowServingImage ?? SERVING_IMAGE;
  return { image, models, config: configOf(models), notices };
}

function namedModels(source: ModelSource, files: readonly string[]): readonly (readonly [string, string])[] {
  switch (source.kind) {
    case 'path':
      return [[SINGLE_MODEL, source.path]];
    case 'paths':
      return source.paths.map(({ name, path }) => [name, path]);
    case 'dir':
      return subFolders(source.dir, files).map((name) => [name, `${inside(source.dir)}${name}`]);
  }
}

function subFolders(dir: string, files: readonly string[]): readonly string[] {
  const prefix = inside(dir);
  const below = files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length).split('/'));
  return [...new Set(below.flatMap(([name = '', ...rest]) => (rest.length > 0 ? [name] : [])))].sort();
}

function servedModel(name: string, location: string, files: readonly string[]): ServedModel {
  if (!isLocal(location)) {
    return { name, location, isLocal: false, isThere: true, mountPath: location, basePath: trimmed(location) };
  }
  const basePath = `${MODELS_DIR}/${name}`;
  // The server wants a folder for each version, also where the project has none.
  const isBare = files.includes(`${inside(location)}saved_model.pb`);
  const isThere = files.some((file) => file.startsWith(inside(location)));
  return {
    name,
    location,
    isLocal: true,
    isThere,
    mountPath: isBare ? `${basePath}/${ONLY_VERSION}` : basePath,
    basePath,
  };
}

function configOf(models: readonly ServedModel[]): string {
  const entries = models.map(
    ({ name, basePath }) =>
      `  config {\n    name: ${JSON.stringify(name)}\n    base_path: ${JSON.stringify(basePath)}\n    model_platform: "tensorflow"\n    model_version_policy { all {} }\n  }\n`,
  );
  return `model_config_list {\n${entries.join('')}}\n`;
}

/** What the paths of what is in a folder begin with, where those of a project are relative to its root. */
function inside(location: string): string {
  return location === '.' ? '' : `${trimmed(location)}/`;
}

function trimmed(location: string): string {
  return location.replace(/\/+$/, '');
}
