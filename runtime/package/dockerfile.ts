import { shellWord } from '../processes/shell-word.ts';
import type { ImagePlan, Step } from './plan.ts';
import { CONDA, GROUP_ID, PROJECT_DIR, PYTHON, SBOM_DIR, USER_ID, VENV } from './image-promises.ts';
import { serveArguments } from './served.ts';

/** The secrets that a step may be given, by the name that the engine knows them by. */
export const SECRET_IDS = ['machine', 'dotenv', 'pip.conf', 'netrc', 'ca'] as const;
export type SecretId = (typeof SECRET_IDS)[number];

/** The file of the build context that holds the empty files which an engine mounts its own on. */
export const MOUNT_POINTS = 'mount-points.tar';

/** Where a step finds what the engine mounts for it. */
export const MOUNTS_DIR = '/dev/pons';

/** Build arguments: where a micromamba for the machine that builds is, and the SHA-256 of that file. */
export const MICROMAMBA = ['MICROMAMBA_URL', 'MICROMAMBA_SHA256'] as const;

export interface DockerfileOptions {
  /** The base image, by the name or digest that is to be built on. */
  readonly base: string;
  /** Of each step, in order: what changes whenever its files do. */
  readonly fingerprints: readonly string[];
}

/**
 * The Dockerfile of an image. Its mounts lie below `/dev`, which is no part of the image: anywhere else the engine would leave the empty folders and files
 * that it mounts on, with the time at which it made them.
 */
export function renderDockerfile(plan: ImagePlan, { base, fingerprints }: DockerfileOptions): string {
  const hasConda = plan.steps.some(({ kind }) => kind === 'conda');
  return [
    `# The image of the API ${plan.api}, as pons build made it; docs/building.md says how it is built by hand.`,
    `ARG BASE=${base}`,
    'FROM ${BASE}',
    'USER root',
    `WORKDIR ${PROJECT_DIR}`,
    '# Without these, the engine makes and removes them around each step, and /etc gets the time of that.',
    `ADD ${MOUNT_POINTS} /`,
    ...(hasConda ? [...MICROMAMBA.map((name) => `ARG ${name}`), `ENV PATH=${VENV}/bin:${CONDA}/bin:\${PATH}`] : []),
    ...plan.steps.flatMap((step, at) => ['', `# ${oneLine(step.title)}`, renderStep(step, fingerprints[at] ?? '')]),
    '',
    `USER ${USER_ID}:${GROUP_ID}`,
    ...renderLabels(plan, base),
    `CMD ${JSON.stringify(serveArguments(plan.served, ['--api', plan.api]))}`,
    '',
  ].join('\n');
}

/** The folder of the build context that has the files of a step; null where it brings none. */
export function filesFolder({ kind, files }: Step): string | null {
  return files.length === 0 ? null : `files/${kind}`;
}

function renderStep(step: Step, fingerprint: string): string {
  const files = filesFolder(step);
  const mounts = [
    `type=bind,source=layer,target=${MOUNTS_DIR}/layer`,
    `type=bind,source=environment,target=${MOUNTS_DIR}/environment`,
    ...(files === null ? [] : [`type=bind,source=${files},target=${MOUNTS_DIR}/files`]),
    ...(installs(step) ? INSTALLER_MOUNTS : []),
  ];
  const command = [PYTHON, '-B', `${MOUNTS_DIR}/layer/layer.py`, step.kind, ...step.arguments.map(quoted)];
  // Podman takes two runs of the same words for the same, whatever the files that they read.
  return `RUN ${[...mounts.map((mount) => `--mount=${mount}`), `${command.join(' ')} # ${fingerprint}`].join(' \\\n    ')}`;
}

const INSTALLER_MOUNTS = [
  ...SECRET_IDS.map((id) => `type=secret,id=${id},target=${MOUNTS_DIR}/secrets/${id}`),
  `type=cache,id=pons-installers,target=${MOUNTS_DIR}/cache`,
];

function installs({ kind }: Step): boolean {
  return !['sbom', 'models', 'project'].includes(kind);
}

function renderLabels({ api, base }: ImagePlan, builtOn: string): string[] {
  const digest = builtOn.split('@')[1];
  const labels = {
    'org.opencontainers.image.title': api,
    // Else they would be those of the base.
    'org.opencontainers.image.description': `The API ${api}, served by Pons`,
    'org.opencontainers.image.version': '',
    'org.opencontainers.image.licenses': '',
    'org.opencontainers.image.base.name': base.reference,
    ...(digest === undefined ? {} : { 'org.opencontainers.image.base.digest': digest }),
    'pons.api': api,
    'pons.sbom': SBOM_DIR,
  };
  return Object.entries(labels).map(([name, value]) => `LABEL ${name}=${JSON.stringify(value)}`);
}

/** An argument as a shell takes it for one word; plain ones stay as they are. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : shellWord(argument);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
