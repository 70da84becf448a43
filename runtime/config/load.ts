import { KnownError } from '../errors/known-error.ts';
import { buildSpec } from './build-spec.ts';
import { type ConfigProblem, formatProblem, type Position, ProblemList } from './config-problem.ts';
import { kindOf, type LocatedNode, type MapNode, showNode } from './yaml/located-node.ts';
import { type VisibleFiles, ProjectView } from './project-view.ts';
import { checkRules } from './rules/between-fields.ts';
import { apiFields, homeOf, identityFields, isForeignKind } from './schema/api.ts';
import { type Reading, readFields } from './schema/field.ts';
import { decodeSource, readSource } from './yaml/source-text.ts';
import type { ApiSpec } from './spec.ts';
import { UniqueApis } from './rules/unique-apis.ts';
import { parseYaml } from './yaml/syntax.ts';
import { buildTree } from './yaml/tree.ts';

const SHAPE = 'it must hold a list of APIs, each beginning with "- name: ..."';
/** More lines than this help nobody. */
const SHOWN_PROBLEMS = 200;
const START: Position = { line: 1, column: 1 };

/** What a configuration file comes to: its APIs, or everything that is wrong with it, in the order of the file. */
export interface ConfigReading {
  readonly apis: readonly ApiSpec[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * The APIs of a configuration file, complete and valid; without `files`, nothing is said of those that it names.
 * Throws `PONS_ERR_CONFIG_INVALID`, whose message has a line for each problem, and the errors of `readConfig`.
 */
export function loadConfig(file: string, files: VisibleFiles | null): ApiSpec[] {
  const { apis, problems } = readConfig(file, files);
  if (problems.length > 0) throw KnownError.of('PONS_ERR_CONFIG_INVALID', { lines: shownLines(problems) });
  return [...apis];
}

function shownLines(problems: readonly ConfigProblem[]): string[] {
  const lines = problems.slice(0, SHOWN_PROBLEMS).map(formatProblem);
  if (problems.length > SHOWN_PROBLEMS) lines.push(`and ${problems.length - SHOWN_PROBLEMS} more problems`);
  return lines;
}

/**
 * Like `loadConfig`, with the problems as data.
 * Throws `PONS_ERR_CONFIG_NOT_FOUND`, `PONS_ERR_CONFIG_UNREADABLE` or `PONS_ERR_CONFIG_TOO_LARGE`.
 */
export function readConfig(file: string, files: VisibleFiles | null): ConfigReading {
  const list = new ProblemList(file);
  const items = readItems(readSource(file), list);
  const project = new ProjectView(files);
  const unique = new UniqueApis(file);
  const apis = items.map((item, index) => {
    const report = list.reporter(items.length > 1 ? labelOf(item, index) : null);
    return readApi(item, { report, project, homeOf, notActedOn: [] }, unique);
  });
  const problems = list.inFileOrder();
  return { apis: problems.length > 0 ? [] : apis.filter((api) => api !== null), problems };
}

function readItems(bytes: Buffer, list: ProblemList): readonly LocatedNode[] {
  const report = list.reporter(null);
  const text = decodeSource(bytes, report);
  const yaml = text === null ? null : parseYaml(text, report);
  if (yaml === null) return [];
  const root = buildTree(yaml, report);
  // What is wrong in the tree itself leaves stand-ins behind, about which nobody wants to read.
  if (list.inFileOrder().length > 0) return [];
  if (root.kind === 'list' && root.items.length > 0) return root.items;
  if (root.kind === 'scalar' && root.value === null)
    report(START, '', `the file ${isBlank(text) ? 'is empty' : 'holds no more than comments'}; ${SHAPE}`);
  else if (root.kind === 'list') report(root.at, '', `the list is empty; ${SHAPE}`);
  else report(root.at, '', `the file holds ${root.kind === 'scalar' ? showNode(root) : 'a map'}; ${SHAPE}`);
  return [];
}

function isBlank(text: string | null): boolean {
  return text?.trim() === '';
}

function readApi(item: LocatedNode, reading: Reading, unique: UniqueApis): ApiSpec | null {
  if (item.kind !== 'map') {
    reading.report(item.at, '', `an API is ${kindOf(item)}; it must be a map with name, kind and predictor`);
    return null;
  }
  if (isForeignKind(scalarOf(item, 'kind'))) {
    const known = item.entries.filter((entry) => entry.name !== null && Object.hasOwn(identityFields, entry.name));
    unique.check(readFields(identityFields, { ...item, entries: known }, '', reading), reading.report);
    return null;
  }
  const api = readFields(apiFields, item, '', reading);
  unique.check(api, reading.report);
  checkRules(api, reading.report);
  return buildSpec(api, reading.notActedOn);
}

function labelOf(item: LocatedNode, index: number): string {
  const name = item.kind === 'map' ? scalarOf(item, 'name') : null;
  return typeof name === 'string' && /^[-\w]{1,80}$/.test(name) ? name : `#${index + 1}`;
}

function scalarOf(map: MapNode, key: string): unknown {
  const value = map.entries.find((entry) => entry.name === key)?.value;
  return value?.kind === 'scalar' ? value.value : null;
}
