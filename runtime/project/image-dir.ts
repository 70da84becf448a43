/** Where an image has the project, as Cortex's had it: the working directory of predictors. A URL of a file there is one of the project. */
export const PROJECT_DIR = '/mnt/project';
