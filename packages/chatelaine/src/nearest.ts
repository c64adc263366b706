/** The one of `names` that `name` was most likely meant to be: at most a third of it mistyped. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance)
  return best && best.distance <= Math.ceil(name.length / 3) ? best.candidate : undefined
}

/** Levenshtein's distance: how many characters must be put in, left out or replaced. */
function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [row, character] of Array.from(one).entries()) {
    const current = [row + 1]
    for (const [column, candidate] of Array.from(other).entries()) {
      const replaced = (previous[column] ?? 0) + (character === candidate ? 0 : 1)
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    previous = current
  }
  return previous.at(-1) ?? 0
}
