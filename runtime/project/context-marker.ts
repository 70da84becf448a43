/** The file that tells that Pons has written the folder it lies in, as the build context of an image: no part of any project, and replaced without asking. */
export const CONTEXT_MARKER = '.pons-build';
