/*
 * What the images of `images/`, and those of APIs that are built on them, promise to whoever runs them. The Dockerfiles and the programs that build layers say
 * the same in their own words, which a test holds them to.
 */

/** Where an image has the project; the working directory of predictors. */
export const PROJECT_DIR = '/mnt/project';
/** What is to outlive a container. */
export const STATE_DIR = '/state';
/** The environment that predictors run in. */
export const PYTHON = '/opt/venv/bin/python3';

/** At which predictors expect each other. */
export const API_PORT = 8888;
export const GATEWAY_PORT = 8080;

/** Who runs them, and the group that may write wherever there is something to write. */
export const USER_ID = 10_001;
export const GROUP_ID = 0;

/** How long a container drains unless it is told otherwise. */
export const DRAIN_MS = 25_000;
