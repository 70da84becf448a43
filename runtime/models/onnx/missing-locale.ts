/** The locale that the library's words say the machine lacks; null where they are about something else. Source: string_normalizer.cc of onnxruntime */
export function missingLocale(reason: string): string | null {
  return /Failed to construct locale with name:([^:\s]+)/.exec(reason)?.[1] ?? null;
}
