import type { ApiSpec } from '../config/spec.ts';
import { isAtOrBelow } from '../project/below.ts';
import { PROJECT_DIR } from './image-promises.ts';
import type { BaseImage } from './base-image.ts';
import { mayReadProject, mayWrite } from './script-needs.ts';
import { servedIn } from './served.ts';

export type StepKind = 'dependencies' | 'conda' | 'requirements' | 'preinstalled' | 'sbom' | 'models' | 'project';

/** One layer of an image. */
export interface Step {
  readonly kind: StepKind;
  readonly arguments: readonly string[];
  /** The files of the project that it brings into the image before it does its work, relative to the root. */
  readonly files: readonly string[];
  /** What it is called when there is something to say about it. */
  readonly title: string;
}

/** An API's image, decided in full. */
export interface ImagePlan {
  readonly api: string;
  /** Its name, with registry and tag. */
  readonly image: string;
  readonly base: BaseImage;
  readonly steps: readonly Step[];
  /** The variables of the steps beside the image's own; no secret is among them. */
  readonly environment: Readonly<Record<string, string>>;
  /** What is served, in the image. */
  readonly served: string;
}

/** What is known of a project's dependencies before anything is built. */
export interface DependencyFacts {
  /** The text of `dependencies.sh`; null where there is none. */
  readonly script: string | null;
  readonly hasConda: boolean;
  /** null: there is no requirements file, or nothing in it. `needs` are paths of the project; an empty one is all of it. */
  readonly requirements: { readonly needs: readonly string[] } | null;
  /** Import name and package of what the project imports and Cortex's images carried. */
  readonly preinstalled: ReadonlyMap<string, string>;
}

export interface PlanOptions {
  readonly spec: ApiSpec;
  readonly image: string;
  readonly base: BaseImage;
  /** The configuration file, relative to the root. */
  readonly configFile: string;
  /** What goes into the image, the configuration file left out. */
  readonly paths: readonly string[];
  /** Those of them that belong to models. */
  readonly models: readonly string[];
  readonly facts: DependencyFacts;
}

/** The layers of an API's image: what seldom changes comes first, in the order in which Cortex installed it. */
export function planImage({ spec, image, base, configFile, paths, models, facts }: PlanOptions): ImagePlan {
  const brought = new Set<string>();
  const bring = (needed: readonly string[]): string[] => {
    const files = paths.filter((path) => !brought.has(path) && needed.some((one) => isAtOrBelow(path, one)));
    for (const file of files) brought.add(file);
    return files;
  };
  const steps = installationSteps(spec, paths, facts).map(({ needs, ...step }) => ({ ...step, files: bring(needs) }));
  const baked = { kind: 'models' as const, arguments: [], title: 'the models of the project', files: bring(models) };
  const rest = { kind: 'project' as const, arguments: [], title: 'the files of the project' };
  return {
    api: spec.name,
    image,
    base,
    steps: [...steps, ...(baked.files.length > 0 ? [baked] : []), { ...rest, files: [...bring(['']), configFile] }],
    environment: {
      PYTHONUNBUFFERED: 'TRUE',
      CORTEX_KIND: spec.kind,
      CORTEX_LOG_LEVEL: spec.predictor.logLevel.toUpperCase(),
      CORTEX_PROJECT_DIR: PROJECT_DIR,
      ...spec.predictor.env,
    },
    served: servedIn(configFile),
  };
}

type Installation = Omit<Step, 'files'> & { readonly needs: readonly string[] };

function installationSteps(spec: ApiSpec, paths: readonly string[], facts: DependencyFacts): Installation[] {
  const { script, hasConda, requirements, preinstalled } = facts;
  const { shell, conda, pip } = spec.predictor.dependencies;
  const steps: Installation[] = [];
  if (script !== null) {
    const needs = mayReadProject(script, shell.path, paths) ? [''] : [shell.path];
    steps.push({ kind: 'dependencies', arguments: [shell.path], needs, title: shell.path });
  }
  if (hasConda || mayWrite(script, conda.path))
    steps.push({ kind: 'conda', arguments: [conda.path], needs: [conda.path], title: conda.path });
  if (requirements !== null || mayWrite(script, pip.path)) {
    const needs = requirements?.needs ?? [pip.path];
    steps.push({ kind: 'requirements', arguments: [pip.path], needs, title: pip.path });
  }
  if (preinstalled.size > 0) {
    const pairs = [...preinstalled].map(([name, pack]) => `${name}=${pack}`);
    const title = 'packages that Cortex carried';
    steps.push({ kind: 'preinstalled', arguments: pairs, needs: [], title });
  }
  steps.push({ kind: 'sbom', arguments: [spec.name], needs: [], title: 'the bill of materials' });
  return steps;
}
