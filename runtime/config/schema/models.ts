import type { Position } from '../config-problem.ts';
import { LONGEST_WAIT_HOURS, LONGEST_WAIT_NANOS } from '../duration.ts';
import { modelLocation } from './paths.ts';
import { choice, duration, integer, scalarField, text } from './scalars.ts';
import {
  absentFields,
  type Field,
  INVALID,
  readFields,
  reportNotString,
  reportUnexpected,
  section,
  type ValuesOf,
} from './field.ts';
import type { ExecutionProvider } from '../spec.ts';

/** The name that a single model has inside Pons, as in Cortex. */
const SINGLE_MODEL = '_cortex_default';
/** 100 ms in nanoseconds: looking more often would only keep the disk or the bucket busy. */
const MIN_INTERVAL = 100_000_000n;
const providers: readonly ExecutionProvider[] = ['cpu', 'cuda'];
const modelName = `a name of letters, digits, "-" and "_", other than ${SINGLE_MODEL}`;

function signatureKey(): Field<string | null> {
  const expects = 'the name of a signature';
  return scalarField<string | null>(expects, null, { fallback: null, actedOn: true }, (node, path, reading) =>
    node.kind === 'scalar' && typeof node.value === 'string' && node.value !== ''
      ? node.value
      : reportNotString(node, path, expects, reading),
  );
}

const namedModel = {
  name: text(modelName, (name) => (/^[\w-]+$/.test(name) && name !== SINGLE_MODEL ? name : undefined), {
    actedOn: true,
  }),
  path: modelLocation(true),
  signature_key: signatureKey(),
};

export interface NamedModelRead extends ValuesOf<typeof namedModel> {
  readonly at: Position;
}

function namedModels(): Field<readonly NamedModelRead[]> {
  const expects = 'a list of models, each a map with name, path and perhaps signature_key';
  return {
    expects,
    required: false,
    actedOn: true,
    fields: null,
    absent: () => [],
    read: (node, path, reading) => {
      if (node.kind === 'scalar' && node.value === null) return [];
      if (node.kind !== 'list') return reportUnexpected(node, path, expects, reading);
      const inner = { ...reading, notActedOn: [] };
      return node.items.map((item, index) => {
        const place = `${path}[${index}]`;
        if (item.kind === 'map') return { ...readFields(namedModel, item, place, inner), at: item.at };
        reportUnexpected(item, place, 'a map with name, path and perhaps signature_key', reading);
        return { ...absentFields(namedModel, item.at), at: item.at };
      });
    },
  };
}

/** An empty path or folder, an empty list and a size of 0 stand for what is not written. */
const written = section({
  path: modelLocation(false),
  paths: namedModels(),
  dir: modelLocation(false),
  signature_key: signatureKey(),
  cache_size: integer({ min: 1, fallback: 0, actedOn: true }),
  disk_cache_size: integer({ min: 1, fallback: 0, actedOn: true }),
  reload_interval: duration(
    `a duration from 100ms to ${LONGEST_WAIT_HOURS}h such as 10s or 1m`,
    (nanos) => nanos >= MIN_INTERVAL && nanos <= LONGEST_WAIT_NANOS,
    { fallback: 10_000, actedOn: true },
  ),
  execution_provider: choice<ExecutionProvider>(providers, 'cpu', { fallback: 'cpu', actedOn: true }),
});

/** `predictor.models`, which may not simply be removed where it is empty. */
export const models: typeof written = {
  ...written,
  read: (node, path, reading) => {
    if (node.kind !== 'scalar' || node.value !== null) return written.read(node, path, reading);
    const fix = 'a map with one of path, paths and dir, or the line be removed where predictor.type is python';
    reading.report(node.at, path, `is empty; it must be ${fix}`);
    return INVALID;
  },
};

export type ModelsRead = ReturnType<(typeof models)['absent']>;
