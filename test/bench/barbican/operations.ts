/** What is measured of every side. */
export const operations = ['store', 'get', 'delete'] as const
export type Operation = (typeof operations)[number]
