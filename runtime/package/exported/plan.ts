import { relative } from 'node:path';
import { isAtOrBelow } from '../../project/below.ts';
import { type ApiSpec, localLocationsOf, locationsOf } from '../../config/spec.ts';
import { apiImage, type ImageNames, projectLabel } from '../image-names.ts';
import { DRAIN_MS } from '../image-promises.ts';
import type { ModelPlace } from '../model-places.ts';
import { servedIn, serveArguments } from '../served.ts';
import { shareOf, type ModelSizes, type Share } from './compute.ts';
import { planServing, type ServingPlan } from './serving.ts';

/** What is known of a project when it is exported. */
export interface ExportedProject {
  /** Absolute. */
  readonly root: string;
  /** The absolute path of its configuration file. */
  readonly configFile: string;
  readonly specs: readonly ApiSpec[];
  /** Where its models are. */
  readonly places: readonly ModelPlace[];
  /** What the predictor sees, and what is in these places. */
  readonly files: readonly ExportedProjectFile[];
  /** null where the project has no `.env`. */
  readonly dotenv: DotenvOwner | null;
}

interface ExportedProjectFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Who may read the `.env` of a project. */
export interface DotenvOwner {
  readonly uid: number;
  readonly gid: number;
  /** The permission bits. */
  readonly mode: number;
}

export interface ExportSettings extends ImageNames {
  readonly gatewayImage: string;
  /** How long a container that is stopped may finish what it runs. */
  readonly drainMs: number;
  /** Whether the images of APIs hold the models that lie in the project. */
  readonly modelsAreBaked: boolean;
}

/** One API as a container. */
export interface ExportedApi {
  readonly spec: ApiSpec;
  /** `api-<name>`: what the others reach it by, on `API_PORT`. */
  readonly host: string;
  readonly image: string;
  /** Where it has models of the project, its siblings' too, that no image holds. */
  readonly mountedModels: readonly ModelPlace[];
  /** The TensorFlow Serving that runs its models; null where none does. */
  readonly serving: ServingPlan | null;
  /** What its containers get: that of the predictors, and that of TensorFlow Serving where there is one. */
  readonly shares: { readonly predictor: Share; readonly serving: Share };
}

/** A project as containers, whatever runs them. */
export interface ExportPlan {
  /** The name of the project, valid as one of an object. */
  readonly label: string;
  readonly project: ExportedProject;
  readonly settings: ExportSettings;
  readonly apis: readonly ExportedApi[];
  /** Sentences about what the containers will miss. */
  readonly notices: readonly string[];
}

/** What a stop takes beyond the drain. */
export const STOP_MARGIN_MS = 5000;
/** How long a predictor may take to load. */
export const LOADING_MS = 600_000;

/** What there is to run, with the name of each image. */
export function planExport(project: ExportedProject, settings: ExportSettings): ExportPlan {
  const notices: string[] = [];
  const paths = project.files.map(({ path }) => path);
  const apis = project.specs.map((spec): ExportedApi => {
    const serving = planServing(spec, paths);
    const models = modelsOf(spec);
    const isUnknown = models.local.length < models.count;
    if (spec.predictor.type === 'onnx' && spec.compute.memBytes !== null && isUnknown) notices.push(unmeasured(spec));
    notices.push(...inImage(spec));
    if (serving !== null) notices.push(...serving.notices.map((notice) => `${spec.name}: ${notice}`));
    return {
      spec,
      host: `api-${spec.name}`,
      image: apiImage(project.root, spec.name, settings),
      mountedModels: settings.modelsAreBaked ? [] : project.places,
      serving,
      shares: shareOf(spec, sizesOf(models, project.files)),
    };
  });
  return { label: projectLabel(project.root), project, settings, apis, notices };
}

/** What a container is started with where its image's own command does not do: undefined with the usual drain. */
export function commandOf({ drainMs }: ExportSettings, served: string, what: readonly string[]): string[] | undefined {
  if (drainMs === DRAIN_MS) return undefined;
  return serveArguments(served, [...what, '--drain', `${drainMs}ms`]);
}

/** What the containers of a project's APIs serve. */
export function servedOf({ root, configFile }: ExportedProject): string {
  return servedIn(relative(root, configFile));
}

function modelsOf({ predictor: { models } }: ApiSpec): { readonly count: number; readonly local: readonly string[] } {
  if (models === null) return { count: 0, local: [] };
  const [all, local] = [locationsOf(models.source), localLocationsOf(models.source)];
  return { count: new Set(all).size, local: [...new Set(local)] };
}

/** Of a model in a bucket it is known that it is there. */
function sizesOf({ count, local }: ReturnType<typeof modelsOf>, files: ExportedProject['files']): ModelSizes {
  const parts = files.filter(({ path }) => local.some((place) => isAtOrBelow(path, place)));
  const whole = parts.filter(({ path }) => path.endsWith('.onnx'));
  const bytes = parts.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  return { bytes, count: whole.length + count - local.length };
}

/** What of an API everybody has who has its image. */
function inImage({ name, predictor }: ApiSpec): string[] {
  const fields = (['env', 'config'] as const).filter((field) => Object.keys(predictor[field]).length > 0);
  if (fields.length === 0) return [];
  const are = `${fields.map((field) => `predictor.${field}`).join(' and ')} ${fields.length > 1 ? 'are' : 'is'}`;
  return [`${name}: ${are} in its image, for everybody who has that: what is secret belongs in .env`];
}

function unmeasured({ name }: ApiSpec): string {
  return `${name}: how large its models in a bucket are is not known here: raise the memory limit of its container by twice their size`;
}
