import { loadSync } from '@grpc/proto-loader';
import { installed } from '../../../runtime/processes/installation.ts';

/** A field as number, `single`, `repeated` or `map`, and type; of a map the key's and the value's. A named type is as it was written. */
export type FieldShape = readonly [number, 'single' | 'repeated', string] | readonly [number, 'map', Half, Half];
export type Half = readonly ['single', string];

export interface OwnDescriptors {
  /** By the message's full name, nested ones included, the fields by name. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, FieldShape>>>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By the service's full name, the types of request and answer by method. */
  readonly services: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>;
}

interface Message {
  readonly name: string;
  readonly field: readonly { name: string; number: number; label: string; type: string; typeName: string }[];
  readonly nestedType: readonly Message[];
  readonly enumType: readonly Enum[];
  readonly options: { readonly mapEntry?: boolean } | null;
}

interface Enum {
  readonly name: string;
  readonly value: readonly { name: string; number: number }[];
}

/** What the `.proto` files of Pons declare. */
export function ownDescriptors(): OwnDescriptors {
  const definitions = loadSync(['tensorflow.proto', 'serving.proto'], {
    includeDirs: [installed('runtime', 'models', 'tensorflow', 'proto')],
    keepCase: true,
  });
  const messages: Record<string, Record<string, FieldShape>> = {};
  const enums: Record<string, Record<string, number>> = {};
  const services: Record<string, Record<string, readonly [string, string]>> = {};
  const addEnum = (name: string, { value }: Enum): void => {
    enums[name] = Object.fromEntries(value.map((one) => [one.name, one.number]));
  };
  const addMessage = (name: string, message: Message): void => {
    messages[name] = Object.fromEntries(message.field.map((field) => [field.name, shapeOf(field, message)]));
    for (const nested of message.nestedType) {
      if (nested.options?.mapEntry !== true) addMessage(`${name}.${nested.name}`, nested);
    }
    for (const one of message.enumType) addEnum(`${name}.${one.name}`, one);
  };
  for (const [name, definition] of Object.entries(definitions)) {
    if (name.startsWith('google.')) continue;
    if (!('format' in definition)) {
      const methods = Object.entries(definition).map(([method, { requestType, responseType }]) => {
        return [method, [nameOf(requestType.type), nameOf(responseType.type)]] as const;
      });
      services[name] = Object.fromEntries(methods);
    } else if (definition.format === 'Protocol Buffer 3 EnumDescriptorProto') addEnum(name, definition.type as Enum);
    else addMessage(name, definition.type as Message);
  }
  return { messages, enums, services };
}

function shapeOf(field: Message['field'][number], message: Message): FieldShape {
  const type = field.typeName === '' ? field.type : field.typeName;
  const entry = message.nestedType.find(({ name, options }) => name === field.typeName && options?.mapEntry === true);
  if (entry === undefined) return [field.number, field.label === 'LABEL_REPEATED' ? 'repeated' : 'single', type];
  return [field.number, 'map', halfOf(entry, 'key'), halfOf(entry, 'value')];
}

function halfOf(entry: Message, name: string): Half {
  const field = entry.field.find((one) => one.name === name);
  return ['single', (field?.typeName === '' ? field.type : field?.typeName) ?? ''];
}

function nameOf(type: object): string {
  return (type as Message).name;
}
