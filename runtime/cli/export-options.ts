import { InvalidArgumentError, Option, type Command } from 'commander';
import { baseImage } from '../package/image-names.ts';
import type { ExportSettings } from '../package/exported/plan.ts';
import { DRAIN_MS } from '../package/image-promises.ts';
import { isImageReference } from '../config/schema/image-reference.ts';
import { parseRegistry, parseTag } from './image-options.ts';
import { parseDurationOption, parseFile } from './options.ts';

/** The options that every kind of export has. */
export interface ExportFlags {
  readonly out: string;
  readonly tag: string;
  readonly registry?: string;
  readonly gatewayImage?: string;
  readonly drain: number;
  readonly bakedModels: boolean;
}

/** Adds them to a command; `out` is the folder that it writes to unless it is told another one. */
export function withExportOptions(command: Command, out: string, file: string): Command {
  return command
    .argument('[path]', 'folder with a cortex.yaml, or a configuration file', '.')
    .addOption(
      new Option('--out <folder>', `where ${file} is written`).default(parseFile(out), out).argParser(parseFile),
    )
    .option('--tag <tag>', 'tag of the images of the APIs', parseTag, 'latest')
    .option(
      '--registry <host/prefix>',
      'where images are pulled from; without it they are those of this machine',
      parseRegistry,
    )
    .option('--gateway-image <image>', 'image of the gateway (default: pons/gateway of this version)', parseImage)
    .addOption(
      new Option('--drain <duration>', 'how long a container that is stopped may finish what it runs')
        .default(DRAIN_MS, '25s')
        .argParser(parseDurationOption),
    )
    .option('--baked-models', 'the images hold the models of the project: pons build --bake-models', false);
}

/** What is told of images and containers, complete. */
export function settingsOf(flags: ExportFlags, version: string): ExportSettings {
  const registry = flags.registry ?? null;
  return {
    registry,
    tag: flags.tag,
    gatewayImage: flags.gatewayImage ?? baseImage('gateway', version, registry),
    drainMs: flags.drain,
    modelsAreBaked: flags.bakedModels,
  };
}

/** A reference to an image. */
export function parseImage(text: string): string {
  if (!isImageReference(text)) throw new InvalidArgumentError('It must be an image, such as registry:5000/name:tag.');
  return text;
}
