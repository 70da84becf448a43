import type { Position } from '../config-problem.ts';
import { modelLocation } from './paths.ts';
import { integer, scalarField, text } from './scalars.ts';
import {
  absentFields,
  type Field,
  readFields,
  reportNotString,
  reportUnexpected,
  section,
  type ValuesOf,
} from './field.ts';

/** The name that a single model has inside Pons, as in Cortex. */
const SINGLE_MODEL = '_cortex_default';
const modelName = `a name of letters, digits, "-" and "_", other than ${SINGLE_MODEL}`;

function signatureKey(): Field<string | null> {
  const expects = 'the name of a signature';
  return scalarField<string | null>(expects, null, { fallback: null, actedOn: false }, (node, path, reading) =>
    node.kind === 'scalar' && typeof node.value === 'string' && node.value !== ''
      ? node.value
      : reportNotString(node, path, expects, reading),
  );
}

const namedModel = {
  name: text(modelName, (name) => (/^[\w-]+$/.test(name) && name !== SINGLE_MODEL ? name : undefined), {
    actedOn: false,
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
    actedOn: false,
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

/** `predictor.models`; an empty path or folder, an empty list and a size of 0 stand for what is not written. */
export const models = section({
  path: modelLocation(false),
  paths: namedModels(),
  dir: modelLocation(false),
  signature_key: signatureKey(),
  cache_size: integer({ min: 1, fallback: 0, actedOn: false }),
  disk_cache_size: integer({ min: 1, fallback: 0, actedOn: false }),
});

export type ModelsRead = ReturnType<(typeof models)['absent']>;
