/*
 * What the images of `images/`, and those of APIs that are built on them, promise to whoever runs them. The Dockerfiles and the programs that build layers say
 * the same in their own words, which a test holds them to.
 */

export { PROJECT_DIR } from '../project/image-dir.ts';
/** What is to outlive a container. */
export const STATE_DIR = '/state';
/** The environment that predictors run in. */
export const VENV = '/opt/venv';
export const PYTHON = `${VENV}/bin/python3`;
/** What `VENV` is made of where a project has packages of conda. */
export const CONDA = '/opt/conda';
/** Bills of materials. */
export const SBOM_DIR = '/opt/sbom';

/** At which predictors expect each other. */
export const API_PORT = 8888;
export const GATEWAY_PORT = 8080;

/** Who runs them, and the group that may write wherever there is something to write. */
export const USER_ID = 10_001;
export const GROUP_ID = 0;

/** How long a container drains unless it is told otherwise. */
export const DRAIN_MS = 25_000;
