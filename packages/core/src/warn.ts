/** Says `message` by Node's own warnings, which applications can catch, turn into errors or silence. */
export function warn(message: string): void {
  process.emitWarning(message, { type: 'ChatelaineWarning' })
}
