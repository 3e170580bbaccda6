/** One signal that what was answered may be old, to which everything that keeps answers listens. */
const listeners = new Set<() => void>();

export function touched(): void {
  for (const listener of listeners) listener();
}

export function onTouched(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
