import { readFileSync } from 'node:fs';
import ts from 'typescript';

const METHODS = new URL('../../../bridge/node/methods.ts', import.meta.url);

/** The keys of the interface `name` in bridge/node/methods.ts, in its order. */
export function keysOfInterface(name: string): string[] {
  const source = ts.createSourceFile('methods.ts', readFileSync(METHODS, 'utf8'), ts.ScriptTarget.Latest);
  const found = source.statements.filter(ts.isInterfaceDeclaration).find((statement) => statement.name.text === name);
  if (found === undefined) throw new Error(`bridge/node/methods.ts has no interface ${name}`);
  return found.members.flatMap((member) => (member.name && ts.isIdentifier(member.name) ? [member.name.text] : []));
}
