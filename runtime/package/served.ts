import { PROJECT_DIR } from './image-promises.ts';

/**
 * What is served in the container of an API: the folder, or the configuration file in it where that has another name than `cortex.yaml`.
 * `configFile` is relative to the root of the project.
 */
export function servedIn(configFile: string): string {
  return configFile === 'cortex.yaml' ? PROJECT_DIR : `${PROJECT_DIR}/${configFile}`;
}

/** What `pons` is told in a container; `what` are the options that say what of the project it serves, and how. */
export function serveArguments(served: string, what: readonly string[]): string[] {
  return ['serve', served, '--in-container', ...what];
}
