import { readFileSync } from 'node:fs';
import ts from 'typescript';

const FOLDER = new URL('../../../bridge/node/', import.meta.url);
const TENSORS = new URL('tensors.ts', FOLDER);
const FILES = [new URL('methods.ts', FOLDER), TENSORS];

/** The keys of the interface `name` in bridge/node/methods.ts or tensors.ts, in its order, those of an interface that it extends first. */
export function keysOfInterface(name: string): string[] {
  const found = FILES.flatMap(interfacesOf).find((declaration) => declaration.name.text === name);
  if (found === undefined) throw new Error(`neither bridge/node/methods.ts nor tensors.ts has an interface ${name}`);
  const extended = (found.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => type.expression));
  const own = found.members.flatMap((member) =>
    member.name && ts.isIdentifier(member.name) ? [member.name.text] : [],
  );
  return [...extended.filter(ts.isIdentifier).flatMap((base) => keysOfInterface(base.text)), ...own];
}

/** The strings of a union of string types in bridge/node/tensors.ts. */
export function membersOfUnion(name: string): string[] {
  const found = statementsOf(TENSORS)
    .filter(ts.isTypeAliasDeclaration)
    .find((declaration) => declaration.name.text === name);
  if (found === undefined || !ts.isUnionTypeNode(found.type))
    throw new Error(`bridge/node/tensors.ts has no union ${name}`);
  return found.type.types.flatMap((type) =>
    ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
  );
}

function interfacesOf(file: URL): ts.InterfaceDeclaration[] {
  return statementsOf(file).filter(ts.isInterfaceDeclaration);
}

function statementsOf(file: URL): ts.Statement[] {
  return [...ts.createSourceFile(file.pathname, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest).statements];
}
