#!/usr/bin/env node
import { listenForStop } from '../supervisor/signals.ts';
import { endAtLast } from './last-resort.ts';

// Before all else is loaded, which takes longer than anything before it: a signal that comes meanwhile ends the program in order.
const stop = listenForStop();
const { run } = await import('./program.ts');
await run(stop);
endAtLast();
