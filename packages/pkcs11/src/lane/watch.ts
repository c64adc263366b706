import { Socket } from 'node:net'

// Runs in a thread of a lane. The pipe from the application ends when the application does, however it ends; the lane may
// then take a moment to leave its module in order, unless it hangs.

/** The file descriptor that the lane was given for this. */
const lifeline = 4
const graceMs = 500

const pipe = new Socket({ fd: lifeline, readable: true, writable: false })
pipe.on('error', () => undefined)
pipe.on('close', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs))
pipe.resume()
