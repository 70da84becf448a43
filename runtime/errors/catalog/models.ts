import { defineError } from '../entry.ts';

export const modelErrors = {
  PONS_ERR_MODELS_UNLOADABLE: defineError<{ model: string; path: string; problem: string }>({
    fault: 'user',
    status: 500,
    message: ({ model, path, problem }) => `${path} cannot be served as ${model}: it ${problem}.`,
    fix: 'Export the model again, to a version and with operators that onnxruntime knows.',
  }),
  PONS_ERR_MODELS_PROVIDER: defineError<{ provider: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ provider, reason }) =>
      `The execution provider ${provider} of onnxruntime cannot be used on this machine (${reason}); cpu can.`,
    fix: 'Use the provider cpu, or fetch the files of CUDA with "ONNXRUNTIME_NODE_INSTALL=cuda12 node script/install.js" in the folder of onnxruntime-node.',
  }),
};
