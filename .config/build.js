/*
 * Builds into `dist/`, or into the folder that is named. The build is one file for each kind of thread and process: Node takes longer to find and read hundreds
 * of files than to do all else that a start needs. A library that brings a compiled part stays where npm has put it, and so does the S3 client, which
 * is large and which most projects never ask for.
 */
import { chmod, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const named = process.argv[2];
const folder = named === undefined ? `${root}dist` : resolve(named);
const program = 'runtime/cli/main';

if (named === undefined) await rm(folder, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  // They lie beside the program, where `start-thread.ts` and `start-process.ts` of `runtime/processes/` look for them.
  entryPoints: {
    [program]: 'runtime/cli/main.ts',
    'runtime/cli/worker': 'runtime/workloads/embedded/worker.ts',
    'runtime/cli/onnx-worker': 'runtime/models/onnx/worker.ts',
  },
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // What only some projects need stays there too, so that the others do not read it.
  external: [
    '@photostructure/sqlite',
    'bee-queue',
    '@aws-sdk/*',
    '@grpc/grpc-js',
    '@grpc/proto-loader',
    'onnxruntime-node',
    'redis',
  ],
  // Libraries that are CommonJS ask for Node's own modules with it.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
  logOverride: { 'large-output': 'silent' },
});
await chmod(`${folder}/${program}.js`, 0o755);
