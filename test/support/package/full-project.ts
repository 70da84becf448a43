import { planExport, type ExportPlan, type ExportSettings } from '../../../runtime/package/exported/plan.ts';
import { readExportedProject } from '../../../runtime/supervisor/exported-project.ts';
import { makeProject, predicting } from '../project.ts';

/** A configuration file that uses what an export acts on: five APIs of every type. */
const CORTEX_YAML = `
- name: words
  kind: AsyncAPI
  predictor: {type: python, path: words.py, shm_size: 256Mi}
  compute: {cpu: 1500m, mem: 1Gi}
  autoscaling:
    min_replicas: 2
    max_replicas: 8
    target_replica_concurrency: 2.5
    window: 30s
    upscale_stabilization_period: 2m
    downscale_stabilization_period: 2h
    max_upscale_factor: 1.25
    max_downscale_factor: 0
  update_strategy: {max_surge: 1, max_unavailable: 0}
- name: fixed
  kind: AsyncAPI
  predictor: {type: python, path: words.py}
  autoscaling: {min_replicas: 3, max_replicas: 3}
- name: flowers
  kind: AsyncAPI
  predictor: {type: onnx, path: words.py, models: {path: models/iris.onnx}}
- name: pictures
  kind: AsyncAPI
  predictor: {type: tensorflow, path: words.py, models: {dir: models/pictures}, tensorflow_serving_image: my/serving:1}
  compute: {cpu: 3, mem: 2Gi, gpu: 1}
- name: texts
  kind: AsyncAPI
  predictor: {type: tensorflow, path: words.py, models: {path: models/texts}}
`;

const FILES = {
  'cortex.yaml': CORTEX_YAML,
  'words.py': predicting('return {}'),
  'models/iris.onnx': '',
  'models/pictures/cats/1/saved_model.pb': '',
  'models/pictures/dogs/saved_model.pb': '',
  'models/texts/3/saved_model.pb': '',
  '.env': 'KEY=a secret\n',
};

const SETTINGS: ExportSettings = {
  registry: null,
  tag: 'latest',
  gatewayImage: 'pons/gateway:1.2.3',
  drainMs: 25_000,
  modelsAreBaked: false,
};

/** The plan of that project, or of one of other files. */
export async function planFull(
  settings: Partial<ExportSettings> = {},
  files: Readonly<Record<string, string>> = FILES,
): Promise<ExportPlan> {
  const project = makeProject(files);
  return planExport(await readExportedProject(project), { ...SETTINGS, ...settings });
}
