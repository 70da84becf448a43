#!/usr/bin/env node
import { buildProgram } from './program.ts';
import { reportFailure } from './failure.ts';

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
