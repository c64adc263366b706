/** The type byte of an item, KMIP 1.4 §9.1.1.2 and 2.0 for the last. */
export const ItemType = {
  Structure: 1,
  Integer: 2,
  LongInteger: 3,
  BigInteger: 4,
  Enumeration: 5,
  Boolean: 6,
  TextString: 7,
  ByteString: 8,
  DateTime: 9,
  Interval: 10,
  DateTimeExtended: 11,
} as const

/** One of the eleven type bytes. */
export type ItemType = (typeof ItemType)[keyof typeof ItemType]

/** The length that the standard fixes for a type; -1 where the length is free, -2 where there is no such type. */
export const FIXED_LENGTHS: readonly number[] = [-2, -1, 4, 8, -1, 4, 8, -1, -1, 8, 4, 8]
