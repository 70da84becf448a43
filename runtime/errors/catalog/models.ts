import { defineError } from '../entry.ts';

/** A model whose files are not laid out as they must be. */
export interface LayoutFacts {
  /** `The model iris at models/iris`. */
  readonly subject: string;
  /** What is wrong, as it follows the subject. */
  readonly problem: string;
  /** What is expected beside what was found, line by line. */
  readonly drawing: readonly string[];
}

export const modelErrors = {
  PONS_ERR_MODELS_NOT_FOUND: defineError<{ subject: string; where: string }>({
    fault: 'user',
    status: 500,
    message: ({ subject, where }) => `${subject} is missing: there is nothing at ${where}.`,
    fix: 'Put the model there, or correct the location under predictor.models; a local one is relative to the project folder.',
  }),
  PONS_ERR_MODELS_LAYOUT: defineError<{ models: readonly LayoutFacts[] }>({
    fault: 'user',
    status: 500,
    message: ({ models }) =>
      models
        .map(
          ({ subject, problem, drawing }) =>
            `${subject} ${problem}.\n${drawing.map((line) => `    ${line}`).join('\n')}`,
        )
        .join('\n'),
    fix: 'Arrange the files in one of the layouts that are drawn as expected.',
  }),
  PONS_ERR_MODELS_UNREADABLE: defineError<{ path: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ path, reason }) => `The model files at ${path} cannot be read (${reason}).`,
    fix: 'Let the user that runs Pons read them; where permission is not the reason, mend what is.',
  }),
  PONS_ERR_MODELS_NOT_LOADED: defineError<{ reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ reason }) => reason,
    fix: 'Replace the model by one that can be loaded.',
  }),
  PONS_ERR_MODELS_SIGNATURE_KEY: defineError<{ reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ reason }) => reason,
    fix: 'Set signature_key under predictor.models, or beside the path of the model where it has a name, to one of its signatures.',
  }),
  PONS_ERR_MODELS_LOAD_FAILED: defineError<{ reason: string }>({
    fault: 'system',
    status: 500,
    message: ({ reason }) => reason,
    fix: 'Mend what the reason names, which is not the model itself, and start again.',
  }),
  PONS_ERR_MODELS_SEVERAL: defineError<{ problems: readonly { code: string; message: string }[] }>({
    fault: 'user',
    status: 500,
    message: ({ problems }) =>
      `The models have ${problems.length} problems:\n${problems.map(({ code, message }) => `${code}: ${message}`).join('\n')}`,
    fix: 'Mend each of them as docs/errors.md says of its code.',
  }),
  PONS_ERR_MODELS_UNLOADABLE: defineError<{ model: string; path: string; problem: string }>({
    fault: 'user',
    status: 500,
    message: ({ model, path, problem }) => `${path} cannot be served as ${model}: it ${problem}.`,
    fix: 'Export the model again, to a version and with operators that onnxruntime knows.',
  }),
  PONS_ERR_MODELS_TYPE_UNSERVABLE: defineError<{ model: string; path: string; problem: string }>({
    fault: 'user',
    status: 500,
    message: ({ model, path, problem }) => `${path} cannot be served as ${model}: it ${problem}.`,
    fix: 'Export the model again with inputs and outputs that are plain tensors: what is in a sequence joined to one or left out, a bfloat16 cast to float32.',
  }),
  PONS_ERR_MODELS_DATA_MISSING: defineError<{ model: string; path: string; file: string }>({
    fault: 'user',
    status: 500,
    message: ({ model, path, file }) =>
      `${path} cannot be served as ${model}: the file ${file} beside it, which holds its tensors, is missing.`,
    fix: 'Put that file beside the .onnx file, and name the folder of both under predictor.models where the .onnx file itself is named there.',
  }),
  PONS_ERR_MODELS_DATA_UNUSABLE: defineError<{ model: string; path: string; problem: string }>({
    fault: 'user',
    status: 500,
    message: ({ model, path, problem }) => `${path} cannot be served as ${model}: it ${problem}.`,
    fix: 'Put the file that holds its tensors, whole and as it was exported, into the folder of the .onnx file; where the model names it by a path that leads elsewhere, export the model again into one folder.',
  }),
  PONS_ERR_MODELS_LOCALE: defineError<{ model: string; path: string; locale: string }>({
    fault: 'user',
    status: 500,
    message: ({ model, path, locale }) =>
      `${path} cannot be served as ${model}: it needs the locale ${locale}, which this machine does not have.`,
    fix: 'Install that locale where Pons runs (Debian and Ubuntu: the package locales, then "localedef -i en_US -f UTF-8 en_US.UTF-8"), or export the model again with one that is there.',
  }),
  PONS_ERR_MODELS_LIBRARY: defineError<{ reason: string }>({
    fault: 'system',
    status: 500,
    message: ({ reason }) => `onnxruntime cannot be loaded (${reason}), and without it no ONNX model.`,
    fix: 'Give Pons more memory where that is what the reason names, else install Pons anew on this machine with npm.',
  }),
  PONS_ERR_MODELS_PROVIDER: defineError<{ provider: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ provider, reason }) =>
      `The execution provider ${provider} of onnxruntime cannot be used on this machine (${reason}); cpu can.`,
    fix: 'Use the provider cpu, or fetch the files of CUDA with "ONNXRUNTIME_NODE_INSTALL=cuda12 node script/install.js" in the folder of onnxruntime-node.',
  }),
  PONS_ERR_MODELS_TENSORFLOW_SERVING_ADDRESS: defineError({
    fault: 'user',
    status: 500,
    message: ({ text, source }: { text: string; source: string }) =>
      `${source} is "${text}"; it must be HOST:PORT, as 10.0.0.7:8500, serving.local:8500 or [::1]:8500.`,
    fix: 'Give the host and the gRPC port of the TensorFlow Serving, without a scheme or a path.',
  }),
  PONS_ERR_MODELS_TENSORFLOW_SERVING_MISSING: defineError({
    fault: 'user',
    status: 500,
    message: ({ api }: { api: string }) =>
      `The API "${api}" has predictor.type tensorflow, whose models run in TensorFlow Serving: neither was the address of one given, nor is there a program tensorflow_model_server on the PATH.`,
    fix: 'Give the address with --tensorflow-serving HOST:PORT or PONS_TENSORFLOW_SERVING, or install tensorflow_model_server so that it is on the PATH.',
  }),
  PONS_ERR_MODELS_TENSORFLOW_SERVING_START: defineError({
    fault: 'system',
    status: 500,
    message: ({ program, outcome }: { program: string; outcome: string }) =>
      `TensorFlow Serving could not be started: ${program} ${outcome}.`,
    fix: 'Mend what the last lines of the log say of it, and start again.',
  }),
  PONS_ERR_MODELS_TENSORFLOW_SERVING_FAILED: defineError<{ reason: string }>({
    fault: 'system',
    status: 500,
    message: ({ reason }) => reason,
    fix: 'See that this TensorFlow Serving runs, answers and has room for the model, by its own log, and start again.',
  }),
};
