import { PROTOCOL_VERSION, type InitializeParams } from '../../bridge/node/methods.ts';

/** What a host is told when it starts, apart from where its view of the project lies. */
export interface HostSettings extends Omit<InitializeParams, 'protocolVersion' | 'projectDir' | 'labels'> {
  readonly labels: Readonly<Record<'apiName' | 'apiKind' | 'apiID' | 'replica', string>>;
  /** `predictor.config` as JSON text. */
  readonly configJson: string;
}

/** The `initialize` request for a host whose project lies in `projectDir`. */
export function initializeRequest(
  settings: HostSettings & { readonly labels: { readonly mark?: string } },
  projectDir: string,
): { readonly params: InitializeParams; readonly body: Buffer } {
  const { configJson, labels, ...rest } = settings;
  const params = { ...rest, labels: { mark: '', ...labels }, protocolVersion: PROTOCOL_VERSION, projectDir };
  return { params, body: Buffer.from(configJson) };
}
