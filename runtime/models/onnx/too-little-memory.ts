/** Whether the library, or JavaScript itself, says that it could not have as much memory as it asked for. Source: C++, onnxruntime's arena and V8 */
export function saysTooLittleMemory(failure: unknown): boolean {
  const text = failure instanceof Error ? failure.message : String(failure);
  return /bad_alloc|failed to allocate memory|allocation failed/i.test(text);
}
