import type { Loaded } from '../../../runtime/models/loaded-models.ts';
import type { ModelsInMemory } from '../../../runtime/models/models-in-memory.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import type { LocalModel } from '../../../runtime/models/model-version.ts';
import type { TensorflowModel } from '../../../runtime/models/tensorflow/model.ts';

/** Keeps the given versions in memory, all from the start, and answers for them: what a relay is tried with. */
export function directModels(
  versions: readonly LocalModel[],
  load: (model: LocalModel) => Promise<TensorflowModel>,
): ModelsInMemory<TensorflowModel> {
  const loaded: Loaded<TensorflowModel>[] = [];
  return {
    preload: async () => {
      for (const version of versions) loaded.push({ handle: loaded.length + 1, version, model: await load(version) });
    },
    describe: (name, version) => {
      const fitting = loaded.filter((one) => name === null || one.version.name === name);
      const found = fitting.findLast((one) => version === 'latest' || one.version.version === version);
      if (found !== undefined) return Promise.resolve(found);
      return Promise.reject(new ModelError('MODEL_UNUSABLE', `there is no model "${name ?? ''}" version ${version}`));
    },
    use: async (handle, act) => {
      const found = loaded.find((one) => one.handle === handle);
      if (found === undefined) throw new ModelError('MODEL_CHANGED', `model ${handle} stands for nothing`);
      return await act(found.model);
    },
    list: () => {
      const names = [...new Set(versions.map(({ name }) => name))];
      const entries = names.map((name) => {
        const own = versions.filter((one) => one.name === name);
        const timestamps = own.map(({ modifiedAt }) => modifiedAt / 1000);
        return [name, { versions: own.map(({ version }) => version), timestamps }] as const;
      });
      return Object.fromEntries(entries);
    },
    close: async () => {
      await Promise.all(loaded.map(({ model }) => model.release()));
    },
  };
}
