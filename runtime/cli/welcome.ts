import { readdirSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import type { ApiSpec } from '../config/spec.ts';

const contentTypes: Readonly<Record<string, string>> = { '.json': 'application/json', '.txt': 'text/plain' };

/** What to try next, for whoever has just started a server at `url` with the project in `root`. */
export function welcome(url: string, root: string, specs: readonly ApiSpec[]): string[] {
  const lines = [`Serving ${counted(specs)} on ${url}`];
  for (const { name, endpoint } of specs) lines.push(`  ${name}: POST ${url}${endpoint}`);
  const [first] = specs;
  if (first === undefined) return lines;
  const endpoint = `${url}${first.endpoint}`;
  return [
    ...lines,
    `Try:    curl ${endpoint} ${payloadArguments(root, first.name)}`,
    `        which answers with an id; then: curl ${endpoint}/<id>`,
    `State:  ${stateAt(url)}`,
  ];
}

/** The same where `url` takes no requests for the predictors that run here. */
export function welcomeOfHost(url: string, specs: readonly ApiSpec[]): string[] {
  return [
    `Serving the predictors of ${counted(specs)} (${specs.map(({ name }) => name).join(', ')}); requests go to a gateway of the same Redis, not to ${url}`,
    `State:  ${stateAt(url)}`,
  ];
}

function counted(specs: readonly ApiSpec[]): string {
  return specs.length === 1 ? '1 API' : `${specs.length} APIs`;
}

function stateAt(url: string): string {
  return `${url}/readyz and ${url}/metrics. Stop with Ctrl-C.`;
}

/** A project may keep payloads to try in `samples/<api name>.<ending>`. */
function payloadArguments(root: string, api: string): string {
  const sample = sampleOf(root, api);
  const type = contentTypes[sample === null ? '.json' : extname(sample)] ?? 'application/octet-stream';
  return `-H 'content-type: ${type}' --data-binary @${sample === null ? 'payload.json' : relative(process.cwd(), sample)}`;
}

function sampleOf(root: string, api: string): string | null {
  const folder = join(root, 'samples');
  try {
    const name = readdirSync(folder).find((entry) => entry.slice(0, -extname(entry).length) === api);
    return name === undefined ? null : join(folder, name);
  } catch {
    // Most projects have no such folder.
    return null;
  }
}
