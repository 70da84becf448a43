/**
 * A line that says that the system refused a thread, and no other in which the call is named, as a linker or a stack trace does. Source: glibc's strerror beside the
 * call (onnxruntime, OpenBLAS, Node's inspector), and what Node asserts as it starts.
 */
export const REFUSED_THREAD =
  /pthread_create.*(?:Resource temporarily unavailable|Cannot allocate memory)|Assertion.*\buv_thread_create\(/;
