import fc from "fast-check";

/** Ways to damage a file: bytes changed, removed, put in or repeated, and the end cut off. */
export function mutationsOf(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(Math.max(0, original.length - 1));
  const piece = fc.uint8Array({ minLength: 1, maxLength: 8 });
  const change = fc.oneof(
    fc.record({ kind: fc.constant("overwrite" as const), at: place, bytes: piece }),
    fc.record({ kind: fc.constant("insert" as const), at: place, bytes: piece }),
    fc.record({ kind: fc.constant("remove" as const), at: place, bytes: piece }),
    fc.record({ kind: fc.constant("repeat" as const), at: place, bytes: piece }),
    fc.record({ kind: fc.constant("truncate" as const), at: place, bytes: piece }),
  );
  return fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) => changes.reduce(changed, original));
}

interface Change {
  readonly kind: "overwrite" | "insert" | "remove" | "repeat" | "truncate";
  readonly at: number;
  readonly bytes: Uint8Array;
}

function changed(before: Uint8Array, { kind, at, bytes }: Change): Uint8Array {
  const [head, tail] = [before.subarray(0, at), before.subarray(at)];
  const rest = tail.subarray(bytes.length);
  const replacement = {
    overwrite: [bytes, rest],
    insert: [bytes, tail],
    remove: [rest],
    repeat: [tail.subarray(0, 40), tail],
    truncate: [],
  }[kind];
  return new Uint8Array(Buffer.concat([head, ...replacement]));
}
