import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyProject } from './project-copy.ts';

/** The model that a script of test/fixtures/models has made by that name. */
export function onnxFixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/models/onnx/${name}.onnx`, import.meta.url));
}

/** Puts a model into a project, at a path below it. */
export function placeModel(project: string, path: string, name: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  copyFileSync(onnxFixture(name), join(project, path));
}

/** Copies a fixture project to a folder of its own, with ONNX models (path to name) and further files (path to content). */
export function modelProject(
  name: string,
  models: Readonly<Record<string, string>>,
  further: Readonly<Record<string, string>> = {},
): string {
  const project = copyProject(name, further);
  for (const [path, model] of Object.entries(models)) placeModel(project, path, model);
  return project;
}

/** The content of a file of a fixture project. */
export function fixtureFile(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/contract/${path}`, import.meta.url)), 'utf8');
}
