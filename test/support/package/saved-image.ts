import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Engine } from '../containers/engine.ts';

/** Which of `words` stand anywhere in an image as `docker save` writes it: all of its layers, which are not compressed, its configuration and its history. */
export async function wordsIn({ environment }: Engine, image: string, words: readonly string[]): Promise<string[]> {
  const child = spawn('docker', ['save', image], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const longest = Math.max(...words.map((word) => word.length));
  const found = new Set<string>();
  let rest = Buffer.alloc(0);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const text = Buffer.concat([rest, chunk]);
    for (const word of words) if (text.includes(word)) found.add(word);
    rest = text.subarray(Math.max(0, text.length - longest));
  }
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`docker save ended with ${String(child.exitCode)}`);
  return words.filter((word) => found.has(word));
}
