import { closest, distance } from 'fastest-levenshtein';

/** Keys of Cortex that an AsyncAPI file does not take, by path, and why. */
const otherwiseKnown: Readonly<Record<string, string>> = {
  definition: 'it belongs to the kind TaskAPI; an AsyncAPI has a predictor',
  apis: 'it belongs to the kind TrafficSplitter; an AsyncAPI has a predictor',
  handler: 'it belongs to later versions of Cortex; here it is called predictor',
  pod: 'it belongs to later versions of Cortex; here it is called predictor and compute',
  'predictor.protobuf_path': 'gRPC is for the kind RealtimeAPI; remove it',
  'predictor.multi_model_reloading': 'it is for the kind RealtimeAPI; remove it',
  'predictor.server_side_batching': 'it is for the kind RealtimeAPI; remove it',
  'predictor.model_path': 'it belongs to older versions of Cortex; write it as predictor.models.path',
  'predictor.model': 'it belongs to older versions of Cortex; write it as predictor.models.path',
  'predictor.signature_key': 'write it as predictor.models.signature_key',
  'networking.api_gateway': 'it belongs to older versions of Cortex; remove it',
  'networking.local_port': 'it belongs to older versions of Cortex; the port is an option of the command line',
  monitoring: 'it belongs to older versions of Cortex; remove it',
};

/** The known word that was most likely meant; null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (known.length === 0 || word.length > 200) return null;
  const lower = word.toLowerCase();
  const candidate = closest(lower, [...known]);
  if (distance(lower, candidate.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3))) return candidate;
  const [only, another] = known.filter((other) => isShortOf(other, lower) || isShortOf(lower, other));
  return another === undefined ? (only ?? null) : null;
}

/** Whether one word is the beginning of another: `mem` of `memory`. */
function isShortOf(short: string, long: string): boolean {
  return short.length >= 3 && long.startsWith(short);
}

/** What to do about a key that the map at `path` does not have; `home` is the map that has it, if there is one. */
export function explainUnknownKey(key: string, path: string, known: readonly string[], home: string | null): string {
  const full = path === '' ? key : `${path}.${key}`;
  const reason = Object.hasOwn(otherwiseKnown, full) ? otherwiseKnown[full] : undefined;
  if (reason !== undefined) return `is not supported: ${reason}`;
  if (home !== null && home !== path)
    return `is no known key here; it belongs to ${home === '' ? 'the API itself' : home}`;
  const meant = nearest(key, known);
  if (meant !== null) return `is no known key; did you mean "${meant}"?`;
  return `is no known key; the keys here are ${known.join(', ')}`;
}
