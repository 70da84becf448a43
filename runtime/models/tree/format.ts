import type { PredictorType } from '../../config/spec.ts';
import { listed } from '../listed.ts';
import { type Listing, topFolders } from './listing.ts';

export type ModelType = Exclude<PredictorType, 'python'>;

/** What the files of one model version must be. */
export interface ModelFormat {
  /** Whether any part of a model lies directly in the folder: it is one then, if perhaps a wrong one. */
  holdsModel(folder: Listing): boolean;
  /** What to open, relative to the folder (empty: the folder itself), or what is wrong with it. */
  check(folder: Listing): { readonly entry: string } | { readonly problem: string };
  /** The files of one version as drawings name them, in an order that can be drawn. */
  readonly drawn: readonly string[];
}

const onnx: ModelFormat = {
  holdsModel: (folder) => onnxFiles(folder).length > 0,
  check: (folder) => {
    const [entry, ...others] = onnxFiles(folder);
    if (entry === undefined) return { problem: `has no .onnx file${insteadOf(folder)}` };
    if (others.length === 0) return { entry };
    return {
      problem: `has ${others.length + 1} .onnx files (${listed([entry, ...others])}), but must have exactly one`,
    };
  },
  drawn: ['model.onnx'],
};

const GRAPH = 'saved_model.pb';
const VARIABLES = 'variables';

const tensorflow: ModelFormat = {
  holdsModel: (folder) => hasGraph(folder) || topFolders(folder).includes(VARIABLES),
  check: (folder) => {
    if (!hasGraph(folder)) return { problem: `has no ${GRAPH}` };
    // TensorFlow Serving takes a model without them and fails only when it is called.
    if (!topFolders(folder).includes(VARIABLES)) return { problem: `has no folder ${VARIABLES}/` };
    const variables = folder.files.filter(({ path }) => path.startsWith(`${VARIABLES}/`)).map(({ path }) => path);
    const hasIndex = variables.includes(`${VARIABLES}/variables.index`);
    const hasData = variables.some((path) => path.startsWith(`${VARIABLES}/variables.data-`));
    if (variables.length > 0 && !hasIndex) return { problem: `has no ${VARIABLES}/variables.index` };
    return variables.length > 0 && !hasData ? { problem: `has no ${VARIABLES}/variables.data-*` } : { entry: '' };
  },
  drawn: [GRAPH, `${VARIABLES}/variables.data-00000-of-00001`, `${VARIABLES}/variables.index`],
};

export const formats: Readonly<Record<ModelType, ModelFormat>> = { onnx, tensorflow };

function onnxFiles(folder: Listing): string[] {
  return folder.files.map(({ path }) => path).filter((path) => !path.includes('/') && path.endsWith('.onnx'));
}

/** What has the name of one and is none. */
function insteadOf(folder: Listing): string {
  const isNamedSo = (name: string): boolean => !name.includes('/') && name.endsWith('.onnx');
  const [inner, other] = [topFolders(folder).find(isNamedSo), folder.others.find(isNamedSo)];
  if (inner !== undefined) return `: ${inner} is a folder`;
  return other === undefined ? '' : `: ${other} is neither a file nor a folder`;
}

function hasGraph(folder: Listing): boolean {
  return folder.files.some(({ path }) => path === GRAPH);
}
