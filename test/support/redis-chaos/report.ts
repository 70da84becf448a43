import type { Outcome } from './run.ts';
import type { RunSettings } from './settings.ts';

const SHOWN = 40;

/** What to say before a run, for whoever wants it again. */
export function announced({ seed, seconds, workloads }: RunSettings): string {
  return `chaos on Redis: CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds} CHAOS_WORKLOADS=${workloads}\n`;
}

/** What a run came to; all that one needs to look into it where something is broken. */
export function reported({ broken, deeds, summary, notes }: Outcome): string {
  const lines = [`chaos on Redis: ${summary}`];
  if (broken.length > 0) lines.push('what was done:', ...deeds.map((deed) => `  ${deed}`));
  if (broken.length > 0)
    lines.push(`${broken.length} promises broken:`, ...broken.slice(0, SHOWN).map((one) => `  ${one}`));
  if (notes !== null) lines.push(`the events are in ${notes}/events.jsonl, what each process said beside them`);
  return `${lines.join('\n')}\n`;
}
