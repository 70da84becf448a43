import { main } from './support/runner/main.ts';

process.exitCode = await main(process.argv.slice(2));
