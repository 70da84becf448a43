import { fileURLToPath } from 'node:url';
import { defaultPython } from '../pythons.ts';

/** `predict` of the same class as a call of pythonia. */
export interface PythoniaPredictor {
  /** The argument is an object, and the result is brought over by `valueOf()`, as its users do. */
  predict(payload: object): Promise<object>;
  end(): void;
}

interface Remote {
  valueOf(): Promise<object>;
}
interface RemoteModule {
  PythonPredictor(config: object): Promise<{ predict(payload: object): Promise<Remote> }>;
}

/** Starts pythonia's Python, the same interpreter as everybody's. */
export async function startPythonia(): Promise<PythoniaPredictor> {
  // It starts one when it is imported, and would take what `python3` on the PATH is, which may be a shim.
  process.env['PYTHON_BIN'] = defaultPython.executable;
  const { python } = await import('pythonia');
  const path = fileURLToPath(new URL('../../fixtures/bench/echo_predictor.py', import.meta.url));
  const predictor = await ((await python(path)) as RemoteModule).PythonPredictor({});
  return {
    predict: async (payload) => (await predictor.predict(payload)).valueOf(),
    // It keeps Node alive until then.
    end: () => {
      python.exit();
    },
  };
}
