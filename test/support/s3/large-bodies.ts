import { createHash } from 'node:crypto';
import { oneApi, predicting } from '../project.ts';
import { ask } from '../redis/cast.ts';
import { until } from '../redis/until.ts';
import { environmentFor } from './moto.ts';

/** What must be in no log. */
export const SECRET = 'wJalrXUtnFEMI-secret';

/** Says how long its payload was and what it was, and answers with so many bytes as it asks for. */
const echo = [
  'import hashlib, json',
  'text = payload["text"]',
  'return {"length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest(), "fill": "x" * payload["answer"]}',
].join('\n');
/** A project whose API `api` answers a `request`. */
export const files = { 'cortex.yaml': oneApi(), 'predictor.py': predicting(echo) };

/** What Pons is told of a bucket at `address`. */
export function env(address: string): Record<string, string> {
  return { ...environmentFor(address), AWS_SECRET_ACCESS_KEY: SECRET, PONS_PAYLOADS: 's3://bucket/pons' };
}

/** Waits until requests are taken and run. */
export const ready = (url: string): Promise<true> =>
  until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null), 60_000);

/** A payload with so many bytes of text, and what comes of it: a result with so many bytes. */
export function request(length: number, answer: number): { readonly body: string; readonly expected: object } {
  const text = 'abcdefgh'.repeat(Math.ceil(length / 8)).slice(0, length);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { body: JSON.stringify({ text, answer }), expected: { length, sha256, fill: 'x'.repeat(answer) } };
}

/** Waits until a workload has ended; resolves to its answer. */
export async function ended(url: string): Promise<Record<string, unknown>> {
  return until(async () => {
    const { json } = await ask(url);
    return json['status'] === 'in_queue' || json['status'] === 'in_progress' ? null : json;
  }, 60_000);
}
