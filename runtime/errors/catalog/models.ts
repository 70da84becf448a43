import { defineError } from '../entry.ts';

export const modelErrors = {
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
};
