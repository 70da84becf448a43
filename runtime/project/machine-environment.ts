/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string>>;

/** The machine's environment without what configures Pons itself. */
export function machineEnvironment(all: NodeJS.ProcessEnv = process.env): Environment {
  return Object.fromEntries(
    Object.entries(all).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('PONS_'),
    ),
  );
}
