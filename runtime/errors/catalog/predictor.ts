import { defineError } from '../entry.ts';
import { adviceOnMissingModule } from '../missing-module.ts';

interface Frame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly source: string | null;
}

const stageText = { import: 'importing it', init: '__init__', predict: 'predict' } as const;

interface ExceptionFacts {
  readonly type: string;
  readonly text: string;
  readonly frames: readonly Frame[];
  /** The interpreter of `--python`; null where there is none. */
  readonly givenPython: string | null;
}

function exceptionText({ type, text, givenPython }: ExceptionFacts): string {
  return `${type}${text === '' ? '' : `: ${text}`}${adviceOnMissingModule(type, text, givenPython)}`;
}

function frameLines(frames: readonly Frame[]): string {
  return frames
    .map(
      ({ file, line, function: name, source }) =>
        `\n  ${file}:${line} in ${name}${source === null ? '' : `: ${source}`}`,
    )
    .join('');
}

export const predictorErrors = {
  PONS_ERR_PREDICTOR_RAISED: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: ExceptionFacts) => `predict raised ${exceptionText(facts)}${frameLines(facts.frames)}`,
    fix: 'Mend the predictor, or send a payload that it accepts.',
  }),
  PONS_ERR_PREDICTOR_LOAD: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: ExceptionFacts & { path: string; stage: 'import' | 'init' | 'predict' }) =>
      `${facts.path}: ${stageText[facts.stage]} raised ${exceptionText(facts)}${frameLines(facts.frames)}`,
    fix: 'Mend the predictor and start again; an API that is being served keeps its queue meanwhile.',
  }),
  PONS_ERR_PREDICTOR_CLASS: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: { text: string }) => facts.text,
    fix: 'Correct the class as the message says.',
  }),
  PONS_ERR_PREDICTOR_START_TIMEOUT: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: { path: string; timeoutMs: number; lastLines: readonly string[] }) =>
      `${facts.path} was not ready after ${facts.timeoutMs / 1000} s.${lastLinesText(facts.lastLines)}`,
    fix: 'Find out what its module code or __init__ waits for, or allow more time with --start-timeout.',
  }),
  PONS_ERR_PREDICTOR_DIED: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: { when: string; how: string; lastLines: readonly string[] }) =>
      `The predictor process ended ${facts.when}: ${facts.how}.${lastLinesText(facts.lastLines)}`,
    fix: 'Look at the last lines of its output, and at the memory of the machine.',
  }),
  PONS_ERR_PREDICTOR_OUT_OF_MEMORY: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: { when: string; how: string; lastLines: readonly string[] }) =>
      `The predictor process ended ${facts.when}: ${facts.how}.${lastLinesText(facts.lastLines)}`,
    fix: 'Let the predictor use less, or raise what the message says was too little: compute.mem, or the memory of the container or machine.',
  }),
  PONS_ERR_PREDICTOR_GPUS: defineError({
    fault: 'user',
    status: 500,
    message: (facts: {
      asked: readonly { name: string; gpus: number; replicas: number }[];
      needed: number;
      found: readonly string[];
      by: string;
    }) =>
      `compute.gpu asks for ${facts.needed} GPUs in all (${facts.asked
        .map(
          ({ name, gpus, replicas }) => `${name}: ${gpus}${replicas === 1 ? '' : ` for each of ${replicas} replicas`}`,
        )
        .join(', ')}), and ${facts.found.length === 0 ? 'none' : facts.found.length} can be found by ${facts.by}.`,
    fix: 'Serve on a machine with that many NVIDIA GPUs, lower compute.gpu or min_replicas, or name the devices of an API by CUDA_VISIBLE_DEVICES in its predictor.env.',
  }),
  PONS_ERR_PREDICTOR_LAUNCH: defineError({
    fault: 'system',
    status: 500,
    message: (facts: { program: string; reason: string }) =>
      `A predictor process could not be started with ${facts.program}: ${facts.reason}`,
    fix: 'Check the interpreter and the permissions of the state folder.',
  }),
  PONS_ERR_PREDICTOR_PROTOCOL: defineError({
    fault: 'system',
    status: 500,
    message: (facts: { reason: string }) => `The conversation with the predictor process broke: ${facts.reason}`,
    fix: 'Check that one version of Pons is installed, and that the predictor closes no file descriptor that it has not opened.',
  }),
  PONS_ERR_PAYLOAD_INVALID: defineError({
    fault: 'user',
    status: 400,
    message: (facts: { text: string }) => facts.text,
    fix: 'Correct the body, or send it with the Content-Type that it has; every type but JSON and text passes as bytes.',
  }),
  PONS_ERR_RESULT_INVALID: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: { text: string }) => facts.text,
    fix: 'Return a dictionary of JSON types from predict.',
  }),
  PONS_ERR_RESULT_TOO_LARGE: defineError({
    fault: 'predictor',
    status: 500,
    message: (facts: { sizeBytes: number; limitBytes: number }) =>
      `The result has ${facts.sizeBytes} bytes as JSON; at most ${facts.limitBytes} are allowed.`,
    fix: 'Return less, or write the data to a storage and return its address.',
  }),
};

function lastLinesText(lines: readonly string[]): string {
  return lines.length === 0 ? '' : ` Last lines of its stderr:${lines.map((line) => `\n  ${line}`).join('')}`;
}
