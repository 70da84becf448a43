import type { AnyDefinition, MessageTypeDefinition, MethodDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { installed } from '../../processes/installation.ts';

/** Both services of TensorFlow Serving that Pons speaks with, as read from the `.proto` files beside this one. */
export interface Definitions {
  readonly predict: MethodDefinition<object, object>;
  readonly metadata: MethodDefinition<object, object>;
  readonly status: MethodDefinition<object, object>;
  readonly reload: MethodDefinition<object, object>;
  /** What the answer to `metadata` holds in an `Any`. */
  readonly signatureDefMap: MessageTypeDefinition<object, object>;
}

/** Reads the `.proto` files; the library that can is loaded only then. 64-bit integers are digits in strings, absent fields have their defaults. */
export async function loadDefinitions(): Promise<Definitions> {
  const { loadSync } = await import('@grpc/proto-loader');
  const definitions = loadSync(['tensorflow.proto', 'serving.proto'], {
    includeDirs: [installed('runtime', 'models', 'tensorflow', 'proto')],
    keepCase: true,
    longs: String,
    defaults: true,
    arrays: true,
    objects: true,
  });
  const prediction = serviceOf(definitions['tensorflow.serving.PredictionService']);
  const models = serviceOf(definitions['tensorflow.serving.ModelService']);
  return {
    predict: methodOf(prediction, 'Predict'),
    metadata: methodOf(prediction, 'GetModelMetadata'),
    status: methodOf(models, 'GetModelStatus'),
    reload: methodOf(models, 'HandleReloadConfigRequest'),
    signatureDefMap: definitions['tensorflow.serving.SignatureDefMap'] as MessageTypeDefinition<object, object>,
  };
}

function serviceOf(definition: AnyDefinition | undefined): ServiceDefinition {
  return definition as ServiceDefinition;
}

function methodOf(service: ServiceDefinition, name: string): MethodDefinition<object, object> {
  const method = service[name];
  if (method === undefined) throw new Error(`the protocol files of this installation have no method ${name}`);
  return method;
}
