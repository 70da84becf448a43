import { autoscaling } from './autoscaling.ts';
import { compute } from './compute.ts';
import { predictor } from './predictor.ts';
import { scalarField, text } from './scalars.ts';
import { updateStrategy } from './update-strategy.ts';
import {
  type Field,
  INVALID,
  type Fields,
  joinPath,
  reportInvalid,
  reportUnexpected,
  section,
  type ValuesOf,
} from './field.ts';
import { nearest } from '../unknown-keys.ts';

const MAX_NAME = 42;
const MAX_ENDPOINT = 1000;

const nameRule =
  `a name of at most ${MAX_NAME} lower-case letters, digits and "-" that begins with a letter, ` +
  'does not end with "-" and does not begin with "b-"';

function checkName(name: string): string | undefined {
  const valid = name.length <= MAX_NAME && !name.startsWith('b-') && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name);
  return valid ? name : undefined;
}

const endpointRule =
  'a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."';

function checkEndpoint(endpoint: string): string | undefined {
  if (endpoint.length > MAX_ENDPOINT || !/^[-A-Za-z0-9_./]+$/.test(endpoint)) return undefined;
  const path = endpoint.replace(/^\//, '').replace(/\/$/, '');
  const segments = path.split('/');
  return segments.some((segment) => ['', '.', '..'].includes(segment)) ? undefined : `/${path}`;
}

const KIND = 'AsyncAPI';
/** The other kinds of Cortex 0.32, whose fields differ. */
const otherKinds = ['RealtimeAPI', 'BatchAPI', 'TaskAPI', 'TrafficSplitter'];

function isOtherKind(kind: unknown): boolean {
  return typeof kind === 'string' && otherKinds.includes(kind);
}

/** Whether an API of this kind has nothing that an AsyncAPI has but its name: a predictor least of all. */
export function isForeignKind(kind: unknown): boolean {
  return kind === 'TaskAPI' || kind === 'TrafficSplitter';
}

function kind(): Field<'AsyncAPI'> {
  return scalarField(KIND, KIND, { actedOn: true }, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return reportUnexpected(node, path, KIND, reading);
    if (node.value === KIND) return KIND;
    if (isOtherKind(node.value)) {
      reading.report(node.at, path, `"${node.value}" is not supported; the supported kinds are: ${KIND}`);
      return INVALID;
    }
    const meant = nearest(node.value, [KIND]);
    return reportInvalid(
      node,
      path,
      meant === null ? `${KIND}, the one supported kind` : `${KIND}; did you mean that?`,
      reading,
    );
  });
}

/** `name` and `kind` alone: all that is read of an API of a foreign kind. */
export const identityFields = {
  name: text(nameRule, checkName, { actedOn: true }),
  kind: kind(),
};

/** Every field of an API: the table that the configuration file is checked against. */
export const apiFields = {
  ...identityFields,
  predictor,
  compute,
  autoscaling,
  update_strategy: updateStrategy,
  /** An empty endpoint stands for `/<name>`. */
  networking: section({ endpoint: text(endpointRule, checkEndpoint, { fallback: '', actedOn: true }) }),
};

export type ApiRead = ValuesOf<typeof apiFields>;

/** The paths of every field that is accepted and validated but that nothing acts on yet. */
export function fieldsNotActedOn(): string[] {
  return pathsNotActedOn(apiFields, '');
}

function pathsNotActedOn(fields: Fields, path: string): string[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const full = joinPath(path, key);
    if (field.fields !== null) return pathsNotActedOn(field.fields, full);
    return field.actedOn === false ? [full] : [];
  });
}

/** The path of the map that has a field of this name (empty for the API itself); null when there is none, or more than one. */
export function homeOf(key: string): string | null {
  const homes = homesOf(apiFields, '', key);
  return homes.length === 1 ? (homes[0] ?? null) : null;
}

function homesOf(fields: Fields, path: string, wanted: string): string[] {
  const here = Object.hasOwn(fields, wanted) ? [path] : [];
  return Object.entries(fields).reduce(
    (homes, [key, field]) =>
      field.fields === null ? homes : [...homes, ...homesOf(field.fields, joinPath(path, key), wanted)],
    here,
  );
}
