type Measure = (text: string) => number

// Nearly every name is of characters of one column each; what measures the others takes as long to load as all else here.
const narrow = /^[\x20-\x7e]*$/
let measure: Measure | undefined

/** Has to be awaited before {@link textWidth} is asked about any of these texts. */
export async function prepareWidths(texts: readonly string[]): Promise<void> {
  if (measure === undefined && !texts.every((text) => narrow.test(text))) {
    measure = (await import('string-width')).default
  }
}

/** How many columns a terminal gives a text. */
export function textWidth(text: string): number {
  return narrow.test(text) || measure === undefined ? text.length : measure(text)
}
