/** The kinds of object a key manager holds: Barbican's secret types, under the same names. */
export const objectKinds = ['symmetric', 'public', 'private', 'certificate', 'passphrase', 'opaque'] as const

/** One of Barbican's six secret types. */
export type ObjectKind = (typeof objectKinds)[number]

/** Whether `value` names one of the six kinds. */
export function isObjectKind(value: unknown): value is ObjectKind {
  return objectKinds.some((kind) => kind === value)
}

/** Whether objects of `kind` are keys, with an algorithm and a bit length. */
export function isKeyKind(kind: ObjectKind): kind is 'symmetric' | 'public' | 'private' {
  return kind === 'symmetric' || kind === 'public' || kind === 'private'
}
