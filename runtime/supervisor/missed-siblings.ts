import { CHAIN_PORT } from '../gateway/chain.ts';
import { mentionedIn } from '../project/dependencies/mentioned.ts';
import type { DeployedApi } from './deployment.ts';
import type { Project } from './project.ts';

/**
 * What has to be said where `--api` leaves out APIs that predictors here seem to call, and no other process could run them; else null. Code that makes
 * a name up as it goes still has the port in it.
 */
export async function missedSiblings({ names }: Project, apis: readonly DeployedApi[]): Promise<string | null> {
  const missed = names.filter((name) => !apis.some(({ spec }) => spec.name === name));
  const signs = [...missed.map((name) => `api-${name}`), `:${CHAIN_PORT}`];
  if (missed.length === 0 || !(await areMentioned(signs, apis))) return null;
  return (
    `--api leaves out ${missed.join(', ')}: a predictor that calls ${missed.map(urlOf).join(' or ')} gets "Name or service not known", ` +
    'unless the network of this machine knows the name. Serve what is called too, or use a Redis, where another host may serve it'
  );
}

async function areMentioned(signs: readonly string[], apis: readonly DeployedApi[]): Promise<boolean> {
  const settings = apis.flatMap((api) => [api.configJson, ...Object.values(api.environmentIn(api.snapshotDir))]);
  if (signs.some((sign) => settings.some((text) => text.includes(sign)))) return true;
  // The APIs of a project share its snapshot.
  const found = await Promise.all(apis.slice(0, 1).map(({ snapshotDir }) => mentionedIn(snapshotDir, signs)));
  return found.flat().length > 0;
}

function urlOf(name: string): string {
  return `http://api-${name}:${CHAIN_PORT}`;
}
