const longestTurnMs = 10
let turnStarted: number | undefined

/**
 * Undefined, or a promise to wait for before more work is done in this turn of the event loop. A caller that awaits one
 * call after another would never leave its turn otherwise: SQLite answers at once, and timers and sockets would wait.
 */
export function turnIsOver(): Promise<void> | undefined {
  const now = performance.now()
  if (turnStarted === undefined) {
    turnStarted = now
    setImmediate(() => {
      turnStarted = undefined
    })
    return undefined
  }
  return now - turnStarted < longestTurnMs ? undefined : new Promise(setImmediate)
}
