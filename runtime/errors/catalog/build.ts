import { defineError } from '../entry.ts';

export const buildErrors = {
  PONS_ERR_BUILD_BASE_TYPE: defineError<{ image: string; api: string; made: string }>({
    fault: 'user',
    status: 500,
    message: ({ image, api, made }) =>
      `The base image ${image} is made for ${made} predictors, without ONNX Runtime, and the predictor.type of ${api} is onnx.`,
    fix: "Build predictor.image on Pons's own image for that type (FROM pons/onnx-predictor-cpu), name one that is, or leave it out.",
  }),
  PONS_ERR_BUILD_BASE_UNUSABLE: defineError<{ image: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ image, reason }) => `The base image ${image} cannot be used: ${reason}.`,
    fix: "Build predictor.image on one of Pons's own images (FROM pons/python-predictor-cpu), or leave it out; what cannot be built here is built where Pons's sources are.",
  }),
  PONS_ERR_BUILD_ENGINE_MISSING: defineError<{ tried: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ tried }) => `No container engine was found: there is no ${tried.join(' and no ')} on the PATH.`,
    fix: 'Install Docker or Podman, or write the Dockerfiles with --dockerfile-only and build elsewhere by the commands that it prints.',
  }),
  PONS_ERR_BUILD_ENGINE_UNREACHABLE: defineError<{ program: string; lastLines: readonly string[] }>({
    fault: 'system',
    status: 500,
    message: ({ program, lastLines }) => `${program} does not reach its engine.${quoted(lastLines)}`,
    fix: 'Start the engine, let this user talk to it, name it with DOCKER_HOST, or build with the other one (--engine podman or --engine docker).',
  }),
  PONS_ERR_BUILD_FAILED: defineError<{ what: string; outcome: string; lastLines: readonly string[] }>({
    fault: 'system',
    status: 500,
    message: ({ what, outcome, lastLines }) => `${what} failed: it ${outcome}.${quoted(lastLines)}`,
    fix: 'Correct what the last lines name, and build again: what was finished is not done twice.',
  }),
  PONS_ERR_BUILD_FOLDER_FOREIGN: defineError<{ folder: string }>({
    fault: 'user',
    status: 500,
    message: ({ folder }) =>
      `${folder} is there already, and pons build did not write all of it: it is never replaced.`,
    fix: 'Move it away, or name another folder with --dockerfile-only.',
  }),
  PONS_ERR_BUILD_FOLDER_UNWRITABLE: defineError<{ path: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ path, reason }) => `${path} cannot be written: ${reason}.`,
    fix: 'Name a folder with --dockerfile-only that can be written and has room.',
  }),
  PONS_ERR_BUILD_NO_BUILDKIT: defineError<{ tried: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ tried }) =>
      `No docker on the PATH has BuildKit, which keeps secrets out of images: ${tried.join(', ')}.`,
    fix: "Install Docker's buildx plugin, or build with --engine podman.",
  }),
  PONS_ERR_BUILD_NO_DIGEST: defineError<{ image: string }>({
    fault: 'user',
    status: 500,
    message: ({ image }) => `${image} cannot be pinned: it has no digest, since it has never been in a registry.`,
    fix: 'Give it a name in a registry (docker tag), push that (docker push) and set predictor.image to it, or build without --pin.',
  }),
  PONS_ERR_BUILD_PULL_FAILED: defineError<{ image: string; outcome: string; lastLines: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ image, outcome, lastLines }) =>
      `The base image ${image} is not on this machine, and its pull failed: it ${outcome}.${quoted(lastLines)}`,
    fix: 'Check the name in predictor.image, log in to its registry with docker login or podman login, or pull it by hand, and build again.',
  }),
  PONS_ERR_BUILD_PUSH_FAILED: defineError<{ image: string; outcome: string; lastLines: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ image, outcome, lastLines }) => `${image} was built but not pushed: it ${outcome}.${quoted(lastLines)}`,
    fix: 'Check the registry, log in to it with docker login or podman login, and push again.',
  }),
  PONS_ERR_BUILD_SECRET_KEPT: defineError<{ api: string; step: string; found: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ api, step, found }) =>
      `The image of ${api} was not built, since ${step} would leave a secret in it: ${found.join('; ')}.`,
    fix: 'Let the script remove at its end what it writes secrets to, or read them when the predictor starts; what is no secret is named with --not-secret.',
  }),
  PONS_ERR_BUILD_STEP_FAILED: defineError<{ api: string; step: string; lastLines: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ api, step, lastLines }) => `The image of ${api} was not built: ${step} failed.${quoted(lastLines)}`,
    fix: 'Correct what the last lines name, and build again: what was finished is not done twice.',
  }),
};

function quoted(lines: readonly string[]): string {
  return lines.length === 0 ? '' : ` It ended with:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}
